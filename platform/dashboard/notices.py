"""Announcements: making one, and ending it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import record, staff_only
from dashboard.forms import AnnouncementForm
from dashboard.models import Announcement

LATEST = 50


@staff_only
@require_http_methods(["GET", "POST"])
def announcements(request: HttpRequest) -> HttpResponseBase:
    form = AnnouncementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.instance.author = request.user
        record(request, "announcement.made", form.save(), until=str(form.instance.ends_at or ""))
        return redirect("dashboard_announcements")
    context = {
        "form": form,
        "current": set(Announcement.objects.current().values_list("pk", flat=True)),
        "rows": Announcement.objects.select_related("author").order_by("-begins_at", "-pk")[:LATEST],
    }
    return render(request, "dashboard/announcements.html", context, status=422 if form.is_bound else 200)


@staff_only
@require_POST
def end(request: HttpRequest, announcement_id: int) -> HttpResponseBase:
    row = get_object_or_404(Announcement, pk=announcement_id)
    Announcement.objects.filter(pk=row.pk).update(ends_at=timezone.now())
    record(request, "announcement.ended", row)
    return redirect("dashboard_announcements")
