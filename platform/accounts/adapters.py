"""Our rules for django-allauth: whose sign-in is accepted, and what a new account looks like."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Letters link to our configured address, whatever the Host header of the request said."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.TOMONI_SIGNUP_OPEN)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The letter remembers where its reader wanted to go, such as a notebook that was shared with them."""
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        target = get_next_redirect_url(request)
        query = f"?{urlencode({'next': target})}" if target else ""
        return f"{settings.TOMONI_ADDRESS}{path}{query}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        uidb36, _dash, rest = key.partition("-")
        return settings.TOMONI_ADDRESS + reverse("account_reset_password_from_key", args=[uidb36, rest])

    def send_account_already_exists_mail(self, email: str) -> None:
        """As much work as a new account, or the time of the answer would tell who has one."""
        make_password("a password that nobody gets")
        super().send_account_already_exists_mail(email)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing in passing: each of our pages says itself what happened."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A Google account is known by its `sub` alone, and only with an address that Google has verified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return bool(settings.TOMONI_SIGNUP_OPEN)

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as problem:
            raise Http404("This way to sign in is not configured here.") from problem

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        name = sociallogin.provider.name
        if is_of_another_domain(sociallogin):
            raise refusal(request, "domain", sociallogin.user.email, name)
        addresses = [address.email for address in sociallogin.email_addresses if address.verified]
        if not addresses:
            raise refusal(request, "unverified", sociallogin.user.email, name)
        is_connecting = sociallogin.state.get("process") == "connect"
        if sociallogin.is_existing or is_connecting:
            return
        # Whoever holds this address here may be somebody else: they have to sign in as themselves first.
        if User.objects.filter(email__iexact=addresses[0]).exists():
            raise refusal(request, "taken", addresses[0], name)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        told = sociallogin.account.get_provider_account().get_user_data() or {}
        parts = [data.get("first_name"), data.get("last_name")]
        user.name = (told.get("name") or " ".join(filter(None, parts)))[:150]
        return user


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What authenticator apps and passkeys call us."""

    def _get_site_name(self) -> str:
        return "Tomoni"


def is_of_another_domain(sociallogin: SocialLogin) -> bool:
    """Whether only some hosted domains may come, and Google does not say that this account is of one of them.

    The claim counts and not the address: anybody can have a Google account with a foreign address.
    """
    if not settings.GOOGLE_HOSTED_DOMAINS or sociallogin.account.provider != "google":
        return False
    return str(sociallogin.account.extra_data.get("hd", "")).lower() not in map(
        str.lower, settings.GOOGLE_HOSTED_DOMAINS
    )


def refusal(request: HttpRequest, reason: str, email: str, name: str) -> ImmediateHttpResponse:
    context = {"reason": reason, "email": email, "name": name}
    return ImmediateHttpResponse(render(request, "socialaccount/refused.html", context, status=403))
