"""What an organization's members use, and what its administrators did."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record
from accounts.freshness import freshly
from accounts.models import AuditEntry, Organization, User
from notebooks.documents.models import Notebook
from organizations.gates import for_administrators
from runtimes.allocation.models import Runtime, RuntimeQuerySet
from runtimes.allocation.offers import PlanHolder
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import Reason
from runtimes.allocation.usage_rows import UsageDay

PER_PAGE = 50


@for_administrators
@require_safe
def usage(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """This month, member by member. Of notebooks only how many there are."""
    first = datetime.now(UTC).date().replace(day=1)
    days = UsageDay.objects.filter(user__memberships__organization=organization, day__gte=first)
    members = organization.memberships.values("user")
    machines = Runtime.objects.live().filter(owner__in=members)
    used = days.order_by().values("user").annotate(seconds=Sum("seconds"), cpu=Sum("cpu_seconds"))
    by_person = {row["user"]: row for row in used}
    live = dict(machines.order_by().values_list("owner").annotate(Count("pk")))
    kept = Notebook.objects.kept().filter(owner__in=members)
    notebooks = dict(kept.order_by().values_list("owner").annotate(Count("pk")))
    page = Paginator(organization.memberships.select_related("user").order_by("user__email"), PER_PAGE)
    shown = page.get_page(request.GET.get("page"))
    rows = [_row(one.user, by_person.get(one.user_id), live, notebooks) for one in shown.object_list]
    context = {
        "organization": organization,
        "page": shown,
        "rows": rows,
        "hours": sum(row["seconds"] for row in by_person.values()) / 3600,
        "live": sum(live.values()),
        "notebooks": sum(notebooks.values()),
        "members": organization.memberships.count(),
        "plan": PlanHolder.objects.filter(organization=organization).select_related("plan").first(),
    }
    return render(request, "organizations/usage.html", context)


def _row(user: User, used: Mapping[str, Any] | None, live: dict[int, int], notebooks: dict[int, int]) -> object:
    seconds, cpu = (used["seconds"], used["cpu"]) if used else (0.0, 0.0)
    return {
        "user": user,
        "hours": seconds / 3600,
        "cpu_hours": cpu / 3600,
        "live": live.get(user.pk, 0),
        "notebooks": notebooks.get(user.pk, 0),
    }


@for_administrators
@require_safe
def runtimes(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """The machines of members that live now; of which notebook one is for nothing is told."""
    live = _machines(organization).live().select_related("type", "owner").order_by("-requested_at", "pk")
    page = Paginator(live, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "organizations/runtimes.html", {"organization": organization, "page": page})


@for_administrators
@require_POST
@freshly
def end_runtime(request: HttpRequest, organization: Organization, runtime_id: UUID) -> HttpResponseBase:
    """End a member's machine; its owner is told by whom."""
    found = _machines(organization).select_related("type", "plan", "owner")
    runtime = get_object_or_404(found, pk=runtime_id)
    is_ended = reset_runtime(runtime, Reason.ADMINISTRATOR)
    record(request, "runtime.ended", runtime, organization=organization, owner=runtime.owner.email, was_live=is_ended)
    messages.success(request, _("The machine is being ended."))
    return redirect("organization_runtimes", organization.slug)


def _machines(organization: Organization) -> RuntimeQuerySet:
    return Runtime.objects.filter(owner__in=organization.memberships.values("user"))


@for_administrators
@require_safe
def audit(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    entries = AuditEntry.objects.filter(organization=organization.pk).order_by("-at", "-pk")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "organizations/audit.html", {"organization": organization, "page": page})
