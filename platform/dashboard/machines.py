"""Machines: which there are, and ending one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record, staff_only
from accounts.freshness import freshly
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import Reason

PER_PAGE = 100


@staff_only
@require_safe
def runtimes(request: HttpRequest) -> HttpResponseBase:
    live = Runtime.objects.live().select_related("type", "plan", "owner").order_by("-requested_at")
    page = Paginator(live, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "dashboard/runtimes.html", {"page": page})


@staff_only
@require_POST
@freshly
def end(request: HttpRequest, runtime_id: str) -> HttpResponseBase:
    """End a machine; its owner is told by whom."""
    runtime = get_object_or_404(Runtime.objects.select_related("type", "plan", "owner"), pk=runtime_id)
    is_ended = reset_runtime(runtime, Reason.ADMINISTRATOR)
    record(request, "runtime.ended", runtime, owner=runtime.owner.email, was_live=is_ended)
    messages.success(request, _("The machine is being ended."))
    return redirect("dashboard_runtimes")
