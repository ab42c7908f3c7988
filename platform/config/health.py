"""What monitors ask: `/healthz` (this process lives) and `/readyz` (what it needs lives too)."""

import os
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from runtimes.allocation.models import Canary

CANARY_AGE = timedelta(seconds=60)


def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: nothing else is asked, so that a broken database does not restart the web process."""
    return JsonResponse({"alive": True, "pid": os.getpid()})


def readyz(request: HttpRequest) -> JsonResponse:
    """Each thing a page needs, by name; 503 when one is missing."""
    found = {"postgresql": _database(), "redis": _redis(), **_canaries()}
    ready = all(found.values())
    return JsonResponse({"ready": ready, **found}, status=200 if ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _canaries() -> dict[str, bool]:
    try:
        seen = dict(Canary.objects.values_list("name", "seen_at"))
    except DatabaseError:
        seen = {}
    oldest = timezone.now() - CANARY_AGE
    return {name: name in seen and seen[name] > oldest for name in ("worker", "beat")}
