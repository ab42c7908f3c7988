"""Following one's own message, by its sender."""

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from feedback import services
from feedback.forms import ReplyForm
from feedback.models import Feedback


@login_not_required
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, number: int) -> HttpResponseBase:
    """The message with its answers, and a field to add something."""
    row = _mine(request, number)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.reply(row, request.user if isinstance(request.user, User) else None, form.cleaned_data["text"])
        messages.success(request, _("Thank you. We will look at it."))
        return redirect(request.get_full_path())
    remarks = row.remarks.filter(is_internal=False).select_related("author")
    context = {"feedback": row, "remarks": remarks, "form": form, "key": request.GET.get("key", "")}
    return render(request, "feedback/follow.html", context, status=422 if form.is_bound else 200)


@login_not_required
@require_safe
def screenshot(request: HttpRequest, number: int) -> HttpResponse:
    """The picture, for its sender and for administrators; only ever what we drew ourselves."""
    is_staff = request.user.is_active and isinstance(request.user, User) and request.user.is_staff
    row = Feedback.objects.filter(pk=number).first() if is_staff else _mine(request, number)
    shot = getattr(row, "screenshot", None)
    if shot is None or shot.picture is None:
        raise Http404
    response = HttpResponse(bytes(shot.picture), content_type=shot.mime)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _mine(request: HttpRequest, number: int) -> Feedback:
    """The message, if the caller sent it: by their account, or by the key in the mail that they got."""
    row = Feedback.objects.filter(pk=number).first()
    if row is None:
        raise Http404
    if isinstance(request.user, User) and row.sender_id == request.user.pk:
        return row
    key = request.GET.get("key", "")
    if row.sender_id is None and secrets.compare_digest(key.encode(), row.key.encode()):
        return row
    raise Http404
