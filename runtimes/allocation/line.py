"""The waiting line in front of full hosts: who is next, and whether there is room for them.

The line is not a queue of its own but the rows that are `requested`, in a fair order: whoever has fewer machines comes
first, and of two who have equally many the one who has waited longer. So somebody who asks for five machines at once
does not keep four others waiting.

There is room while fewer boxes than `TOMONI_BOXES` are there and the host has memory to spare. The limits of the boxes
together may well exceed the host: a class of forty uses a fraction of forty times 12 GB, and what one box uses beyond
its limit is that box's trouble alone.
"""

from collections import Counter
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from runtimes.allocation.models import Runtime

LOCK = 0x746F6D6F  # any number of our own: who holds it decides about the line
BOX_BYTES = 256 * 2**20  # what an average box uses, for a first guess of how many fit
LEAST = 4


def lock_line() -> None:
    """Let nobody else decide who is next until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def in_line() -> list[Runtime]:
    """Those who wait, the next one first."""
    holds = Counter(Runtime.objects.with_boxes().values_list("owner", flat=True))
    waiting = list(Runtime.objects.waiting().order_by("requested_at", "pk"))
    ranks = {}
    for runtime in waiting:
        ranks[runtime.pk] = holds[runtime.owner_id]
        holds[runtime.owner_id] += 1
    return sorted(waiting, key=lambda runtime: (ranks[runtime.pk], runtime.requested_at))


def next_ones() -> list[Runtime]:
    """Those for whom there is room now."""
    return in_line()[: free_places()]


def place_of(runtime: Runtime) -> int | None:
    """How many are before `runtime` in the line, and itself; None when it does not have to wait."""
    places = [other.pk for other in in_line()]
    if runtime.pk not in places:
        return None
    place = places.index(runtime.pk) + 1
    return place if place > free_places() else None


def free_places() -> int:
    """How many boxes may still be made."""
    return max(0, places_beside(0))


def places_beside(others: int) -> int:
    """The same while so many others are there that are no runtimes."""
    return most_boxes() - Runtime.objects.with_boxes().count() - others if has_memory() else 0


@cache
def _guessed_boxes() -> int:
    return max(LEAST, host_memory()["MemTotal"] // BOX_BYTES)


def most_boxes() -> int:
    """How many boxes this host takes."""
    most = settings.TOMONI_BOXES
    return _guessed_boxes() if most is None else int(most)


def has_memory() -> bool:
    """Whether the host could bear another box."""
    return host_memory()["MemAvailable"] > settings.TOMONI_RESERVED_MEMORY_BYTES


def host_memory() -> dict[str, int]:
    """What /proc/meminfo says, in bytes."""
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) * 1024 for words in lines if len(words) > 1}
