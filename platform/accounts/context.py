"""What every template may ask: how to sign in here, and how the page should look."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.middleware.csrf import get_token

from accounts.models import Avatar, User


def page(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {
        "has_google": bool(settings.GOOGLE_CLIENT_ID),
        "oidc_id": settings.OIDC_ID if settings.OIDC_SERVER_URL and settings.OIDC_CLIENT_ID else "",
        "oidc_name": settings.OIDC_NAME,
        "is_signup_open": settings.TOMONI_SIGNUP_OPEN,
        "feedback_boot": lambda: feedback_boot(request),
        "theme": user.theme if user is not None and user.is_authenticated else "adaptive",
        "time_zone": user.time_zone if user is not None and user.is_authenticated else "",
        "avatar": lambda: avatar_of(user) if user is not None and user.is_authenticated else "",
    }


def avatar_of(user: User | AnonymousUser) -> str:
    """The digest of this person's picture, or nothing."""
    return Avatar.objects.filter(user=user.pk).values_list("digest", flat=True).first() or ""


def feedback_boot(request: HttpRequest) -> dict[str, Any]:
    """What the page has to know to send feedback."""
    user = request.user
    return {
        "csrf": get_token(request),
        "user": str(user.pk) if user.is_authenticated else None,
        "build": settings.TOMONI_BUILD,
    }
