"""Who asks, in which language, and whether they have to sign in first.

These classes are synchronous on purpose, as our views are: each change of kind would cost a thread switch per request.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from accounts.credentials import digest_of
from accounts.models import AccessToken, User

Handler = Callable[[HttpRequest], HttpResponseBase]

API = "/api/"
PUBLIC_PATHS = frozenset({"/", "/healthz", "/readyz", "/favicon.ico", "/sandbox/frame", "/api/feedback", "/metrics"})
LAST_USED_PRECISION = timedelta(minutes=1)


class AccessTokenAuthentication:
    """`Authorization: Bearer <access token>` on a call of the API makes it that person's call.

    A browser never sends this header by itself, so that such a call needs no CSRF token. A wrong one is refused rather
    than ignored, or the session cookie would answer in its place.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and request.path.startswith(API):
            user = user_of_token(secret.strip())
            if user is None:
                return not_signed_in(_("This access token is wrong, has expired or was revoked."))
            act_as(request, user)
        return self.get_response(request)


def user_of_token(secret: str) -> User | None:
    token = AccessToken.objects.valid().filter(digest=digest_of(secret)).select_related("user").first()
    if token is None:
        return None
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_PRECISION)
    AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token.user


def act_as(request: HttpRequest, user: User) -> None:
    async def auser() -> User:
        return user

    request.user = user
    request.auser = auser
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]


class SignInRequired(LoginRequiredMiddleware):
    """Every view needs sign-in, unless its path is public or it carries `login_not_required` (as sign-in pages do)."""

    async_capable = False

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if request.path in PUBLIC_PATHS:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if request.path.startswith(API):
            return not_signed_in(_("Sign in first, or send an access token."))
        return super().handle_no_permission(request, view_func)


def not_signed_in(sentence: str) -> JsonResponse:
    refusal = JsonResponse({"code": "not-signed-in", "message": sentence}, status=401)
    refusal.headers["WWW-Authenticate"] = 'Bearer realm="tomoni"'
    return refusal


class Locale:
    """The language of this request: `?hl=` and what it said before (a cookie), the account's choice, the browser's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = supported(request.GET.get("hl"))
        language = asked or supported(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)) or choice_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        with timezone.override(zone_of(request)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        patch_vary_headers(response, ["Accept-Language"])
        if asked:
            remember_language(response, asked)
        return response


def supported(code: str | None) -> str | None:
    """`code` as one of our languages ("ja-JP" is "ja"), or None."""
    if not code:
        return None
    try:
        return translation.get_supported_language_variant(code.lower())
    except LookupError:
        return None


def choice_of(request: HttpRequest) -> str:
    account = supported(request.user.locale) if request.user.is_authenticated else None
    return account or translation.get_language_from_request(request)


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    """Whose clock times are told by: the account's choice; scripts of the page put the browser's in its place."""
    chosen = request.user.time_zone if request.user.is_authenticated else ""
    return ZoneInfo(chosen) if chosen else None


def remember_language(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def forget_language(response: HttpResponseBase) -> None:
    """What the account says now counts more than what `?hl=` said once."""
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
