"""What every template may ask: how to sign in here, and how the page should look."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {
        "has_google": bool(settings.GOOGLE_CLIENT_ID),
        "is_signup_open": settings.TOMONI_SIGNUP_OPEN,
        "theme": user.theme if user is not None and user.is_authenticated else "adaptive",
    }
