"""Jumps of the database's clock, by which machines are ended: each host moves what is noted of its own along with it.

Every announcement of a host compares how far the database's clock went on since the one before with how far the host's
own did, which counts from its start and cannot be set. Where the two differ, the database's was set: a machine has been
idle for as long as before all the same, and has as many hours left. What was noted since the last look is left alone,
for it may be by the new time already.
"""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least, Now

from runtimes.allocation.host_rows import Host
from runtimes.allocation.models import Runtime

LEAST = timedelta(seconds=20)  # less is no jump: a clock that is slewed, a database that answers late
PROMPTLY = 2.0  # seconds; a look at both clocks that took longer says nothing
PASSED = ("changed_at", "ready_at", "last_activity_at", "seen_at", "accelerator_used_at")


class Look(NamedTuple):
    """Both clocks in one moment, and which start of the host its own counts from."""

    at: datetime
    awake: float
    boot: str


@transaction.atomic
def follow(host: str) -> None:
    """Note where the clocks stand; if the database's has jumped, move what is noted of this host's machines."""
    row = Host.objects.select_for_update().filter(pk=host).first()
    if row is None or (look := _look(host)) is None:
        return
    Host.objects.filter(pk=host).update(clock_at=look.at, clock_awake=look.awake, clock_boot=look.boot)
    if row.clock_at is None or row.clock_awake is None or row.clock_boot != look.boot:
        return
    passed = timedelta(seconds=look.awake - row.clock_awake)
    jump = look.at - row.clock_at - passed
    if abs(jump) >= LEAST:
        # The others have not been heard of by the new time yet, so this host must not call them lost.
        Host.objects.filter(pk=host).update(steady_since=look.at)
        _move(host, jump, (look.at - passed, look.at))


def _move(host: str, jump: timedelta, since: tuple[datetime, datetime]) -> None:
    mine = Runtime.objects.live().filter(host=host)
    mine.exclude(requested_at__range=since).update(ends_at=F("ends_at") + jump)
    for field in PASSED:
        noted = mine.filter(**{f"{field}__isnull": False}).exclude(**{f"{field}__range": since})
        noted.update(**{field: Least(F(field) + jump, since[1])})


def _look(host: str) -> Look | None:
    before = awake_or_asleep()
    at = Host.objects.filter(pk=host).values_list(Now(), flat=True).get()
    awake = awake_or_asleep()
    return Look(at, awake, boot()) if awake - before < PROMPTLY else None


def awake_or_asleep() -> float:
    """Seconds since this host started, with those that it slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot() -> str:
    """Which start of this host it is."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
