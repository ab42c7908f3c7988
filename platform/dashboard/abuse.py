"""What looked like abuse: flags, clearing one as a false alarm, and confirming one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record, staff_only
from accounts.freshness import freshly
from runtimes.allocation.abuse_rows import CLEARED, CONFIRMED, AbuseFlag

PER_PAGE = 50


@staff_only
@require_safe
def flags(request: HttpRequest) -> HttpResponseBase:
    rows = AbuseFlag.objects.select_related("owner", "runtime").order_by("-at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "dashboard/abuse.html", {"page": page})


@staff_only
@require_POST
def clear(request: HttpRequest, flag_id: int) -> HttpResponseBase:
    """A false alarm: the same is not held against this person again for a while."""
    return _judge(request, flag_id, CLEARED, _("It was a false alarm, and is not held against this person again."))


@staff_only
@require_POST
@freshly
def confirm(request: HttpRequest, flag_id: int) -> HttpResponseBase:
    """It was abuse. What follows for the person is decided on their page."""
    return _judge(request, flag_id, CONFIRMED, _("It is confirmed. What follows is decided on the person's page."))


def _judge(request: HttpRequest, flag_id: int, state: str, sentence: str) -> HttpResponseBase:
    flag = get_object_or_404(AbuseFlag.objects.select_related("owner"), pk=flag_id)
    AbuseFlag.objects.filter(pk=flag.pk).update(state=state)
    record(request, f"abuse.{state}", flag, owner=flag.owner.email)
    messages.success(request, sentence)
    return redirect("dashboard_abuse")
