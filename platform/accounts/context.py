"""What every template may ask: how to sign in here, and how the page should look."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token


def page(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {
        "has_google": bool(settings.GOOGLE_CLIENT_ID),
        "is_signup_open": settings.TOMONI_SIGNUP_OPEN,
        "feedback_boot": lambda: feedback_boot(request),
        "theme": user.theme if user is not None and user.is_authenticated else "adaptive",
    }


def feedback_boot(request: HttpRequest) -> dict[str, Any]:
    """What the page has to know to send feedback."""
    user = request.user
    return {
        "csrf": get_token(request),
        "user": str(user.pk) if user.is_authenticated else None,
        "build": settings.TOMONI_BUILD,
    }
