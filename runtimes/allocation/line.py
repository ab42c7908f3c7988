"""The waiting line in front of full hosts: who is next, on which host, and whether there is room for them.

The line is not a queue of its own but the rows that are `requested`, in a fair order: whoever has fewer machines comes
first, and of two who have equally many the one who has waited longer. So somebody who asks for five machines at once
does not keep four others waiting. Who wants a machine that only a full host could keep does not hold up those for whom
another has room.

There is room on a host while it has fewer boxes than it takes and memory to spare, as it announced last. The limits of
the boxes together may well exceed the host: a class of forty uses a fraction of forty times 12 GB, and what one box
uses beyond its limit is that box's trouble alone.
"""

from collections import Counter
from collections.abc import Collection

from django.db import connection

from runtimes.allocation import placing
from runtimes.allocation.models import Host, Runtime, RuntimeType
from runtimes.userdata.models import Drive

LOCK = 0x746F6D6F  # any number of our own: who holds it decides about the line


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


def next_ones() -> list[tuple[Runtime, str]]:
    """Those for whom there is room now, each with the host that has it."""
    waiting = in_line()
    rooms = rooms_now({runtime.owner_id for runtime in waiting}) if waiting else []
    found = []
    for runtime in waiting:
        room = placing.best(rooms, runtime.owner_id, runtime.type_id)
        if room is not None:
            room.take(runtime.owner_id)
            found.append((runtime, room.host))
    return found


def place_of(runtime: Runtime) -> int | None:
    """How many are before `runtime` in the line, and itself; None when it does not have to wait."""
    places = [other.pk for other in in_line()]
    if runtime.pk not in places or runtime.pk in {other.pk for other, _ in next_ones()}:
        return None
    return places.index(runtime.pk) + 1


def rooms_now(owners: Collection[int] = ()) -> list[placing.Room]:
    """What is free on each host that takes new machines, and which of `owners` have their drive there."""
    kinds = list(RuntimeType.objects.all())
    holds: dict[str, Counter[int]] = {}
    for name, owner in Runtime.objects.with_boxes().exclude(host=None).values_list("host", "owner"):
        holds.setdefault(str(name), Counter())[owner] += 1
    drives: dict[str, set[int]] = {}
    for name, owner in Drive.objects.filter(owner__in=owners).values_list("host", "owner"):
        drives.setdefault(name, set()).add(owner)
    rooms = []
    for host in Host.objects.open():
        held = holds.get(host.pk, Counter())
        free = host.places - held.total() if host.has_memory else 0
        taken = frozenset(kind.pk for kind in kinds if host.takes(kind))
        beside = frozenset(drives.get(host.pk, ()))
        rooms.append(placing.Room(host.pk, host.places, free, taken, held, beside))
    return rooms
