"""Counting what people use: the counters of their boxes, taken down into a row for each person, type and day.

A box's counters are kept by the host, outside the box, and only grow. The runtime's row holds up to which figures they
have been taken down; that mark and the row of the day move in one transaction, by compare-and-set. So whoever counts
twice, late, or again after a crash adds nothing twice, and what a crash kept from being counted is counted at the next
look. A box that was started again under its name counts from nothing, under another counter.

Nothing is added that cannot have been: of a machine no more time than has passed since it was last counted, and of its
processors no more than it has. A broken counter is thus never somebody's bill.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from runtimes.allocation.boxes import ids_of
from runtimes.allocation.models import Runtime
from runtimes.allocation.pool_rows import PoolBox
from runtimes.allocation.usage_rows import UsageDay
from runtimes.machines.provider import Meter

TRIES = 3
OLD_FIGURES = 2.0  # seconds by which those of the look before may have been late
MEASURING_ERROR = 1.1  # a processor's counter may run a little ahead of the clock


@dataclass(frozen=True, slots=True)
class Used:
    seconds: float
    cpu_seconds: float
    memory_byte_seconds: float


def take_down(name: str, meter: Meter | None) -> None:
    """Add what the box of this name used since the last time; nothing for a box that is nobody's runtime."""
    for _ in range(TRIES if meter else 0):
        runtime = Runtime.objects.filter(pk__in=ids_of([name])).select_related("type").annotate(now=Now()).first()
        if meter is None or runtime is None or _advance(runtime, meter):
            return


def mark_pooled(box: PoolBox, meter: Meter | None) -> None:
    """What a box used while it waited is nobody's: whoever gets it begins here."""
    if meter:
        PoolBox.objects.filter(pk=box.pk).update(**_marks_of(meter))


def used_between(user: User, first: date, last: date) -> QuerySet[UsageDay]:
    """The rows of `user` from `first` to `last`, both included."""
    return UsageDay.objects.filter(user=user, day__gte=first, day__lte=last).select_related("type")


def _advance(runtime: Runtime, meter: Meter) -> bool:
    """False when somebody else moved the mark first, and it has to be read again."""
    now: datetime = runtime.now  # type: ignore[attr-defined]
    used = used_since(runtime, meter, now - max(runtime.requested_at, runtime.metered_at or runtime.requested_at))
    if used is None:
        return True
    with transaction.atomic():
        mine = Runtime.objects.filter(pk=runtime.pk, **runtime.marks())
        if not mine.update(**_marks_of(meter)):
            return False
        _add(runtime, used, now.astimezone(UTC).date())
    return True


def used_since(runtime: Runtime, meter: Meter, passed: timedelta) -> Used | None:
    """What these figures add to those of the row; None when they are older ones."""
    is_same = runtime.meter_counter == meter.counter
    seconds = meter.seconds - (runtime.meter_seconds if is_same else 0)
    if seconds <= 0:
        return None
    seconds = min(seconds, max(0.0, passed.total_seconds()) + OLD_FIGURES)
    cpu = meter.cpu_seconds - (runtime.meter_cpu_seconds if is_same else 0)
    memory = meter.memory_byte_seconds - (runtime.meter_memory if is_same else 0)
    return Used(
        seconds,
        min(max(0.0, cpu), seconds * runtime.type.cpus * MEASURING_ERROR),
        min(max(0.0, memory), seconds * runtime.type.memory_bytes),
    )


def _marks_of(meter: Meter) -> dict[str, Any]:
    return {
        "metered_at": Now(),
        "meter_counter": meter.counter,
        "meter_seconds": meter.seconds,
        "meter_cpu_seconds": meter.cpu_seconds,
        "meter_memory": meter.memory_byte_seconds,
    }


def _add(runtime: Runtime, used: Used, day: date) -> None:
    key = {"day": day, "user": runtime.owner_id, "type": runtime.type_id}
    UsageDay.objects.bulk_create(
        [UsageDay(day=day, user_id=runtime.owner_id, type_id=runtime.type_id)], ignore_conflicts=True
    )
    UsageDay.objects.filter(**key).update(
        seconds=F("seconds") + used.seconds,
        cpu_seconds=F("cpu_seconds") + used.cpu_seconds,
        memory_byte_seconds=F("memory_byte_seconds") + used.memory_byte_seconds,
        accelerator_seconds=F("accelerator_seconds") + (used.seconds if runtime.type.accelerator else 0),
    )
