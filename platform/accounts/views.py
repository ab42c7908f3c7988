"""The account page, access tokens, and one-time sign-in links; the other sign-in pages are allauth's."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import ProfileForm, TokenForm
from accounts.middleware import forget_language
from accounts.models import AccessToken, User
from accounts.services import LinkNotUsable, sign_in_by_link


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponseBase:
    """Name, language and theme."""
    form = ProfileForm(request.POST or None, instance=person(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        response = redirect("account")
        forget_language(response)
        return response
    return show_account(request, form=form, status=422 if form.is_bound else 200)


@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Make an access token and show its secret, this once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return show_account(request, token_form=form, status=422)
    token, secret = AccessToken.objects.issue(person(request), form.cleaned_data["name"], form.expires())
    return show_account(request, new_token=token, secret=secret)


@require_POST
def revoke_token(request: HttpRequest, token: int) -> HttpResponseRedirect:
    get_object_or_404(AccessToken, pk=token, user=person(request)).delete()
    return redirect("account")


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponseBase:
    """GET only shows a button: mail scanners and link previews fetch addresses, and must not use them up."""
    if request.method == "GET":
        return render(request, "account/sign_in_link.html")
    try:
        sign_in_by_link(request, secret)
    except LinkNotUsable:
        return render(request, "account/sign_in_link.html", {"is_unusable": True}, status=410)
    return redirect("/")


def show_account(
    request: HttpRequest,
    *,
    form: ProfileForm | None = None,
    token_form: TokenForm | None = None,
    new_token: AccessToken | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    context = {
        "form": form or ProfileForm(instance=user),
        "token_form": token_form or TokenForm(),
        "tokens": user.access_tokens.order_by("-created_at"),
        "new_token": new_token,
        "secret": secret,
    }
    return render(request, "account/account.html", context, status=status)


def person(request: HttpRequest) -> User:
    """Who is signed in; the middleware has seen to it that somebody is."""
    assert isinstance(request.user, User)
    return User.objects.get(pk=request.user.pk)
