"""A minimal API beside the platform's own addresses: says who asks, and fails on demand."""

from django.db import OperationalError
from django.http import HttpRequest, JsonResponse
from django.urls import path

from accounts.models import User
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as platform_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def whoami(request: HttpRequest) -> JsonResponse:
    assert isinstance(request.user, User)
    return JsonResponse({"email": request.user.email})


def crash(request: HttpRequest) -> JsonResponse:
    raise ZeroDivisionError("planted")


def away(request: HttpRequest) -> JsonResponse:
    raise OperationalError("planted: too many clients already")


urlpatterns = [
    path("api/whoami", whoami),
    path("api/crash", crash),
    path("crash", crash),
    path("api/away", away),
    path("away", away),
    *platform_urls,
]
