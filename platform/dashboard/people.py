"""People: finding them, and what an administrator can do about them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record, staff_only
from accounts.closing import withdraw_link
from accounts.freshness import freshly
from accounts.models import AuditEntry, User
from accounts.standing import stands_in
from dashboard.forms import PlanForm, SearchForm
from dashboard.standing_in import CannotStandIn, return_to_oneself, sign_in_as
from runtimes.allocation.choosing import plan_of
from runtimes.allocation.models import Runtime
from runtimes.allocation.offers import PlanHolder
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import LIVE, Reason

PER_PAGE = 50
LATEST = 20


@staff_only
@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    form = SearchForm(request.GET)
    found = User.objects.order_by("-last_login", "pk")
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if words:
        found = found.filter(Q(email__icontains=words) | Q(name__icontains=words))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    live = Runtime.objects.live().filter(owner__in=[person.pk for person in page.object_list])
    machines = dict(live.order_by().values_list("owner").annotate(Count("pk")))
    rows = [(person, machines.get(person.pk, 0)) for person in page.object_list]
    return render(request, "dashboard/people.html", {"page": page, "rows": rows, "form": form})


@staff_only
@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponseBase:
    found = get_object_or_404(User, pk=person_id)
    context = {
        "person": found,
        "plan": plan_of(found),
        "plan_form": PlanForm(initial={"plan": PlanHolder.objects.filter(user=found).values_list("plan").first()}),
        "memberships": found.memberships.select_related("organization"),
        "notebooks": found.notebooks.kept().listed().count(),
        "runtimes": Runtime.objects.filter(owner=found).select_related("type").order_by("-requested_at")[:LATEST],
        "live": LIVE,
        "feedback": found.feedback.order_by("-pk")[:LATEST],
        "entries": AuditEntry.objects.filter(subject_kind="user", subject=str(found.pk)).order_by("-at")[:LATEST],
    }
    return render(request, "dashboard/person.html", context)


def _act(view: Callable[[HttpRequest, User], HttpResponseBase | None]) -> Callable[..., HttpResponseBase]:
    """Something done about a person: back to their page, or where the view says."""

    def acting(request: HttpRequest, person_id: int) -> HttpResponseBase:
        return view(request, get_object_or_404(User, pk=person_id)) or redirect("dashboard_person", person_id)

    return staff_only(require_POST(freshly(acting)))


@_act
def suspend(request: HttpRequest, person: User) -> HttpResponseBase | None:
    """They are signed out everywhere, their machines end, and nothing of theirs is deleted."""
    if person.is_staff:
        messages.error(request, _("Administrators are not suspended here. Take that right from them first."))
        return render_refused(request, person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    withdraw_link(person)
    for runtime in Runtime.objects.live().filter(owner=person).select_related("type", "plan"):
        reset_runtime(runtime, Reason.ADMINISTRATOR)
    record(request, "person.suspended", person, reason=request.POST.get("reason", "")[:500])
    messages.success(request, _("%(name)s is suspended.") % {"name": person})
    return None


@_act
def reactivate(request: HttpRequest, person: User) -> HttpResponseBase | None:
    User.objects.filter(pk=person.pk).update(is_active=True)
    record(request, "person.reactivated", person)
    messages.success(request, _("%(name)s can sign in again.") % {"name": person})
    return None


@_act
def change_plan(request: HttpRequest, person: User) -> HttpResponseBase | None:
    form = PlanForm(request.POST)
    if not form.is_valid():
        return render_refused(request, person)
    plan = form.cleaned_data["plan"]
    if plan:
        PlanHolder.objects.update_or_create(user=person, defaults={"plan": plan})
    else:
        PlanHolder.objects.filter(user=person).delete()
    record(request, "person.plan_changed", person, plan=plan.slug if plan else None)
    return None


@_act
def stand_in(request: HttpRequest, person: User) -> HttpResponseBase | None:
    try:
        sign_in_as(request, person)
    except CannotStandIn:
        messages.error(request, _("You can sign in as people who are neither administrators nor suspended."))
        return render_refused(request, person)
    return redirect("home")


def render_refused(request: HttpRequest, person: User) -> HttpResponseBase:
    """The page again, with why nothing was done."""
    return render(request, "dashboard/refused.html", {"person": person}, status=422)


@require_POST
def back(request: HttpRequest) -> HttpResponseBase:
    """From somebody else's name back to one's own; for everybody else nothing happens."""
    if stands_in(request):
        return_to_oneself(request)
    return redirect("home")
