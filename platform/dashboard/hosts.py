"""Hosts: which there are and how they are, draining one, taking it back, its pool, and forgetting a lost one."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record, staff_only
from accounts.freshness import freshly
from dashboard.forms import PoolSizeForm
from runtimes.allocation.models import Host, PoolBox, Runtime
from runtimes.allocation.tasks import nudge_pool


@dataclass(frozen=True, slots=True)
class Row:
    """One host, and what is on it."""

    host: Host
    is_alive: bool
    runtimes: int
    pool: int
    form: PoolSizeForm

    @property
    def memory_used(self) -> int:
        return self.host.memory - self.host.memory_free


@staff_only
@require_safe
def hosts(request: HttpRequest) -> HttpResponseBase:
    return _page(request)


def _page(request: HttpRequest, status: int = 200) -> HttpResponseBase:
    alive = set(Host.objects.alive().values_list("pk", flat=True))
    runtimes = dict(Runtime.objects.with_boxes().order_by().values_list("host").annotate(Count("pk")))
    pools = dict(PoolBox.objects.order_by().values_list("host").annotate(Count("pk")))
    rows = [
        Row(
            host,
            host.pk in alive,
            runtimes.get(host.pk, 0),
            pools.get(host.pk, 0),
            PoolSizeForm(instance=host, prefix=host.pk),
        )
        for host in Host.objects.all()
    ]
    return render(request, "dashboard/hosts.html", {"rows": rows}, status=status)


@staff_only
@require_POST
def drain(request: HttpRequest, name: str) -> HttpResponseBase:
    """It gets nothing new, and its pool goes; what runs on it goes on."""
    host = _find(name)
    Host.objects.filter(pk=host.pk).update(is_drained=True)
    record(request, "host.drained", host)
    nudge_pool()
    messages.success(request, _("%(name)s gets no new machines.") % {"name": host.name})
    return redirect("dashboard_hosts")


@staff_only
@require_POST
def take_back(request: HttpRequest, name: str) -> HttpResponseBase:
    host = _find(name)
    Host.objects.filter(pk=host.pk).update(is_drained=False)
    record(request, "host.taken-back", host)
    nudge_pool()
    messages.success(request, _("%(name)s takes machines again.") % {"name": host.name})
    return redirect("dashboard_hosts")


@staff_only
@require_POST
def set_pool(request: HttpRequest, name: str) -> HttpResponseBase:
    """How many boxes wait there at least; empty for the size of the settings."""
    host = _find(name)
    before = host.pool_size
    form = PoolSizeForm(request.POST, instance=host, prefix=host.pk)
    if not form.is_valid():
        messages.error(request, _("The size of a pool is a number from 0 to 1,000, or empty."))
        return _page(request, status=422)
    size = form.cleaned_data["pool_size"]
    Host.objects.filter(pk=host.pk).update(pool_size=size)
    record(request, "host.pool-size", host, before=before, after=size)
    nudge_pool()
    messages.success(request, _("The pool of %(name)s is brought to its size.") % {"name": host.name})
    return redirect("dashboard_hosts")


@staff_only
@require_POST
@freshly
def forget(request: HttpRequest, name: str) -> HttpResponseBase:
    """Only one that is lost, and holds nothing any more."""
    host = _find(name)
    gone = Host.objects.lost().filter(pk=host.pk).exclude(pk__in=Runtime.objects.with_boxes().values("host"))
    if not gone.exists():
        sentence = _("%(name)s is there, or machines are still counted as running on it.")
        messages.error(request, sentence % {"name": name})
        return _page(request, status=409)
    record(request, "host.forgotten", host)
    Host.objects.filter(pk=host.pk).delete()
    messages.success(request, _("%(name)s is forgotten. It is back when its worker starts.") % {"name": host.name})
    return redirect("dashboard_hosts")


def _find(name: str) -> Host:
    return get_object_or_404(Host, pk=name)
