"""Closing one's account: what that means is shown first, with the notebooks that others have."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import closing
from accounts.models import User
from accounts.views import person
from notebooks.sharing import farewells
from notebooks.sharing.services import CannotShare, NoGrant


class CloseForm(forms.Form):
    """One's own address, typed: nobody closes an account by accident."""

    email = forms.EmailField(label=gettext_lazy("Your email address"))

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        self.user = user

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email.lower() != self.user.email.lower():
            raise forms.ValidationError(_("This is not the address of this account."))
        return email


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def close_account(request: HttpRequest) -> HttpResponseBase:
    user = person(request)
    form = CloseForm(user, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, user, form)
    try:
        closing.check(user)
        if not form.is_valid():
            return _page(request, user, form)
        farewells.give(user, _chosen(request))
        ended = closing.close(user)
    except (closing.CannotClose, CannotShare, NoGrant) as problem:
        form.add_error(None, str(problem))
        return _page(request, user, form)
    logout(request)
    return render(request, "account/closed.html", {"due": ended.due_at, "email": user.email})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_account(request: HttpRequest, secret: str) -> HttpResponseBase:
    """GET only shows a button: mail scanners fetch addresses."""
    if request.method != "POST":
        return render(request, "account/reopen.html")
    user = closing.reopen(secret)
    return render(request, "account/reopen.html", {"is_done": True, "person": user}, status=200 if user else 410)


def _page(request: HttpRequest, user: User, form: CloseForm) -> HttpResponseBase:
    context = {"form": form, "bequests": farewells.bequests(user), "days": int(settings.TOMONI_CLOSING_DAYS)}
    return render(request, "account/close.html", context, status=422 if form.is_bound and form.errors else 200)


def _chosen(request: HttpRequest) -> dict[str, int]:
    """The heir of each notebook that was given one, by the notebook's id."""
    given = {name.removeprefix("heir-"): value for name, value in request.POST.items() if name.startswith("heir-")}
    return {notebook: int(grant) for notebook, grant in given.items() if isinstance(grant, str) and grant.isdecimal()}
