"""Who is here: written down for each person every half minute, by the check that their open pages go through anyway."""

import time
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from accounts.models import Online

EVERY = 30.0  # seconds
GONE_AFTER = timedelta(seconds=75)  # twice that, and a little

_noted: dict[int, float] = {}


def note_online(people: Iterable[int]) -> None:
    """These have a notebook open."""
    now = time.monotonic()
    due = [person for person in set(people) if now - _noted.get(person, -EVERY) >= EVERY]
    if not due:
        return
    if len(_noted) > 10_000:
        _noted.clear()  # a few are written down once too often
    _noted.update(dict.fromkeys(due, now))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_online (person, seen_at) SELECT unnest(%s::bigint[]), now()"
            " ON CONFLICT (person) DO UPDATE SET seen_at = excluded.seen_at",
            [sorted(due)],
        )


def count_online() -> int:
    """How many people have a notebook open."""
    return Online.objects.filter(seen_at__gt=Now() - GONE_AFTER).count()
