"""Administration asks again who sits here: a session that was left open is not enough for what does harm."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User

View = Callable[..., HttpResponseBase]
SIGNED_IN_AT = "signed_in_at"  # in the session


def note_sign_in(sender: Any, request: HttpRequest | None, user: Any, **rest: Any) -> None:
    """Django has signed somebody in."""
    if request is not None:
        request.session[SIGNED_IN_AT] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    """Whether who sits here has signed in, or shown again who they are, a short while ago."""
    user = request.user if isinstance(request.user, User) else None
    again = [row["at"] for row in get_authentication_records(request, user) if row.get("reauthenticated")]
    newest = max(again, default=0.0)
    return bool(time.time() - max(newest, request.session.get(SIGNED_IN_AT, 0.0)) < settings.TOMONI_FRESH_SECONDS)


def freshly(view: View) -> View:
    """Mark a view that does harm. Its gate (`staff_only`, or an organization's) asks before it lets anybody do it."""
    view.asks_freshly = True  # type: ignore[attr-defined]
    return view


def asked(view: View, request: HttpRequest) -> HttpResponseBase | None:
    """None for who has just shown who they are. Others are asked, and what they wanted is done after the answer."""
    if request.method != "POST" or not getattr(view, "asks_freshly", False) or is_fresh(request):
        return None
    if get_reauthentication_flows(request.user):
        raise ReauthenticationRequired  # allauth keeps the request, and goes on with it
    return ask_again(request)


def ask_again(request: HttpRequest) -> HttpResponseBase:
    """The way to show who one is; who has nothing that could be asked for here signs in from the beginning."""
    flows = get_reauthentication_flows(request.user)
    page = request.get_full_path() if request.method == "GET" else "/"
    if not flows:
        logout(request)
        return redirect_to_login(page)
    ways = {"reauthenticate": "account_reauthenticate", "mfa_reauthenticate": "mfa_reauthenticate"}
    return redirect(f"{reverse(ways[flows[0]['id']])}?{urlencode({'next': page})}")
