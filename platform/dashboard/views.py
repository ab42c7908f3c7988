"""Looking: what goes on now, what went on, whether all is well, and what administrators did."""

from datetime import timedelta
from typing import cast

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record, staff_only
from accounts.freshness import freshly
from accounts.joining import ADMIN
from accounts.models import AuditEntry, Organization, User
from accounts.tables import csv_rows
from dashboard import charts, figures, health
from dashboard.forms import AuditForm
from dashboard.models import Day

PER_PAGE = 50
PERIODS = (30, 90, 365)
COLUMNS = ("at", "who", "act", "kind", "id", "name", "organization", "address", "detail")


@require_safe
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """The first page; who looks after an organization and not after the site is led to what there is of theirs."""
    theirs = Organization.objects.filter(memberships__user=request.user.pk, memberships__role=ADMIN)
    slugs = [] if cast(User, request.user).is_staff else list(theirs.values_list("slug", flat=True)[:2])
    if not slugs:
        return now(request)
    return redirect("organizations") if len(slugs) > 1 else redirect("organization_usage", slugs[0])


@staff_only
def now(request: HttpRequest) -> HttpResponseBase:
    """What goes on; its figures go on by the socket."""
    context = {"now": figures.now(), "totals": figures.totals()}
    return render(request, "dashboard/now.html", context)


@staff_only
@require_safe
def history(request: HttpRequest) -> HttpResponseBase:
    """The figures of each day, as charts and as a table."""
    asked = request.GET.get("days", "")
    period = int(asked) if asked.isdecimal() and int(asked) in PERIODS else PERIODS[0]
    first = timezone.now().date() - timedelta(days=period - 1)
    days = list(Day.objects.filter(day__gte=first).order_by("day"))
    shown = [
        charts.chart(_("People"), first, period, {day.day: day.people for day in days}),
        charts.chart(_("Runs"), first, period, {day.day: day.runs for day in days}),
        charts.chart(_("Runs that failed"), first, period, {day.day: day.failed_runs for day in days}),
        charts.chart(_("Hours of machines"), first, period, {day.day: day.machine_seconds / 3600 for day in days}),
        charts.chart(_("Machines that failed"), first, period, {day.day: day.failed_machines for day in days}),
        charts.chart(_("New people"), first, period, {day.day: day.new_people for day in days}),
    ]
    context = {"charts": shown, "days": days[::-1], "period": period, "periods": PERIODS}
    return render(request, "dashboard/history.html", context)


@staff_only
@require_safe
def whether_well(request: HttpRequest) -> HttpResponseBase:
    return render(request, "dashboard/health.html", {"parts": health.parts()})


@staff_only
@require_safe
def audit(request: HttpRequest) -> HttpResponseBase:
    form = AuditForm(request.GET)
    page = Paginator(_entries(form), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "dashboard/audit.html", {"page": page, "form": form})


@staff_only
@require_POST
@freshly
def export_audit(request: HttpRequest) -> HttpResponseBase:
    entries = _entries(AuditForm(request.POST))
    record(request, "audit.exported", rows=entries.count())
    rows = (
        (
            entry.at.isoformat(),
            entry.actor_email,
            entry.act,
            entry.subject_kind,
            entry.subject,
            entry.subject_label,
            entry.organization,
            entry.address,
            str(entry.detail),
        )
        for entry in entries.iterator()
    )
    response = StreamingHttpResponse(csv_rows(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _entries(form: AuditForm) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.order_by("-at", "-pk")
    if not form.is_valid():
        return entries
    if act := form.cleaned_data["act"]:
        entries = entries.filter(act__startswith=act)
    if words := form.cleaned_data["q"]:
        entries = entries.filter(Q(actor_email__icontains=words) | Q(subject_label__icontains=words) | Q(subject=words))
    return entries
