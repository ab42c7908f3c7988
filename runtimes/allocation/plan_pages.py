"""The page of plans: what one has, what one has used of it, and what there is besides."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from accounts.views import person
from runtimes.allocation.allowances import allowance
from runtimes.allocation.choosing import types_for
from runtimes.allocation.models import Runtime
from runtimes.allocation.offers import Plan, PlanHolder
from runtimes.allocation.usage import used_between


@require_safe
def plans(request: HttpRequest) -> HttpResponseBase:
    user = person(request)
    mine = allowance(user)
    hours: dict[str, float] = {}
    for row in used_between(user, mine.begun, mine.renewed):
        hours[row.type.name] = hours.get(row.type.name, 0.0) + row.seconds / 3600
    context = {
        "mine": mine,
        "by": _by(user.pk, mine.plan),
        "live": Runtime.objects.live().filter(owner=user).count(),
        "hours": sorted(hours.items()),
        "stored": import_string(settings.TOMONI_STORAGE)(user),
        "types": types_for(user),
        "plans": Plan.objects.prefetch_related("types"),
    }
    return render(request, "plans.html", context)


def _by(user: int, plan: Plan) -> str:
    """Through what a person has this plan: themselves, an organization (its name), or nothing."""
    holders = PlanHolder.objects.filter(plan=plan)
    if holders.filter(user=user).exists():
        return "own"
    group = holders.filter(organization__memberships__user=user).select_related("organization").first()
    return group.organization.name if group and group.organization else ""
