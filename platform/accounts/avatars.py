"""Pictures of people: sent by them, drawn anew by us, shown to whoever is signed in and was given the address."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import AvatarForm
from accounts.models import Avatar
from accounts.pictures import NoPicture, square
from accounts.views import person

MOST_BYTES = 10 * 2**20


@require_POST
def change(request: HttpRequest) -> HttpResponseBase:
    """Take the picture that was sent; without one, take the present one away."""
    form = AvatarForm(request.POST, request.FILES)
    if not request.FILES:
        Avatar.objects.filter(user=request.user.pk).delete()
        return redirect("account")
    sent = form.cleaned_data["picture"] if form.is_valid() else None
    try:
        if sent is None or sent.size > MOST_BYTES:
            raise NoPicture
        picture = square(sent.read())
    except NoPicture:
        words = {"problem": _("This is no picture that can be read. Send a PNG, JPEG, WebP or GIF of at most 10 MB.")}
        return render(request, "account/avatar_refused.html", words, status=422)
    digest = hashlib.sha256(picture).hexdigest()
    values = {"picture": picture, "mime": "image/png", "digest": digest}
    Avatar.objects.update_or_create(user=person(request), defaults=values)
    return redirect("account")


@require_safe
def show(request: HttpRequest, digest: str) -> HttpResponse:
    avatar = get_object_or_404(Avatar.objects.filter(digest=digest)[:1])
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(bytes(avatar.picture), content_type=avatar.mime, headers=headers)
