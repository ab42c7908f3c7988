"""The page on which people choose of which comments they hear by mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from notebooks.comments.models import Wish
from notebooks.comments.wishes import person_of, wish, wish_of
from notebooks.sharing.gates import caller_of

ONE_CLICK = "List-Unsubscribe"


@require_http_methods(["GET", "HEAD", "POST"])
def comment_mail(request: HttpRequest) -> HttpResponse:
    """One's own wish."""
    return _choose(request, caller_of(request))


@csrf_exempt  # mail programs post here for their reader (RFC 8058); the token is the permission
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_mail_of(request: HttpRequest, token: str) -> HttpResponse:
    """The wish of whom the letter with this address was for."""
    person = person_of(token)
    if person is None:
        raise Http404
    if request.POST.get(ONE_CLICK) == "One-Click":
        wish(person, Wish.Which.NONE)
        return HttpResponse(status=200)
    return _choose(request, person)


def _choose(request: HttpRequest, person: User) -> HttpResponse:
    if request.method == "POST":
        chosen = request.POST.get("which", "")
        if chosen not in Wish.Which:
            raise Http404
        wish(person, Wish.Which(chosen))
        messages.success(request, _("Your choice is saved."))
        return redirect(request.path)
    return render(request, "comments/mail.html", {"wish": wish_of(person), "choices": Wish.Which.choices})
