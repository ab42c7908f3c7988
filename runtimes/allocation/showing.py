"""What its owner's pages may know of a runtime: the `runtime` value of the status frame, and of the API."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import User
from runtimes.allocation import line
from runtimes.allocation.models import Runtime
from runtimes.allocation.states import Reason, Status

SEEN_EVERY = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Shown:
    """A runtime, its place in the waiting line if it has to wait, and how its end draws near, as of one moment."""

    runtime: Runtime
    place: int | None
    ending: dict[str, Any] | None
    is_long_unseen: bool
    """It is time to write down again that a page is open."""


def latest(owner: User, audience: str) -> Shown | None:
    """The live runtime, or the one that ended last: its reason is what the page says."""
    mine = Runtime.objects.filter(owner=owner, audience=audience).select_related("type", "plan")
    runtime = mine.live().first() or mine.order_by("-requested_at").first()
    if runtime is None:
        return None
    place = line.place_of(runtime) if runtime.state == Status.REQUESTED else None
    now = _database_time()
    return Shown(runtime, place, _ending(runtime, now), now - runtime.seen_at > SEEN_EVERY)


def _database_time() -> datetime:
    """Whose clock the rows are written by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        ((now,),) = cursor.fetchall()
    assert isinstance(now, datetime)
    return now


def _ending(runtime: Runtime, now: datetime) -> dict[str, Any] | None:
    """Which clock runs out next, when, and in how many seconds; None while that is not soon."""
    if runtime.state != Status.READY:
        return None
    at, reason = min(_clocks(runtime), default=(None, None))
    if at is None or reason is None or at - now > timedelta(seconds=settings.TOMONI_NOTICE_SECONDS):
        return None
    return {"reason": reason.value, "at": at.isoformat(), "seconds": max(0, round((at - now).total_seconds()))}


def _clocks(runtime: Runtime) -> list[tuple[datetime, Reason]]:
    clocks = [(runtime.ends_at, Reason.LIFETIME)] if runtime.ends_at else []
    if runtime.kernel != "busy":
        clocks.append((runtime.last_activity_at + runtime.idle, Reason.IDLE))
    minutes = runtime.type.unused_accelerator_minutes
    used = runtime.accelerator_used_at or runtime.ready_at
    if runtime.type.accelerator and minutes is not None and used:
        clocks.append((used + timedelta(minutes=minutes), Reason.ACCELERATOR))
    return clocks


def public(
    runtime: Runtime | None, place: int | None = None, ending: dict[str, Any] | None = None
) -> dict[str, Any] | None:
    """The values that pages get."""
    if runtime is None:
        return None
    kind = runtime.type
    return {
        "id": str(runtime.pk),
        "state": runtime.state,
        "reason": runtime.reason,
        "detail": runtime.reason_detail,
        "type": kind.name,
        "slug": kind.slug,
        "accelerator": kind.accelerator,
        "kernel": runtime.kernel,
        "kernelspec": runtime.kernelspec,
        "cause": runtime.kernel_cause,
        "generation": runtime.generation,
        "session": runtime.session,
        "deadline": runtime.ends_at.isoformat() if runtime.ends_at else None,
        "idle_seconds": round(runtime.idle.total_seconds()),
        "lifetime_seconds": round(runtime.lifetime.total_seconds()),
        "place": place,
        "ending": ending,
    }


def log_of(runtime: Runtime) -> list[tuple[datetime, str, str]]:
    """What happened in `runtime`, in its order: when, the name of a state or an event, and a sentence or nothing."""
    changes = [
        (change.at, change.new, runtime.reason_detail if change.reason else "") for change in runtime.changes.all()
    ]
    notes = [(note.at, note.what, note.detail) for note in runtime.notes.all()]
    return sorted([(runtime.requested_at, "requested", ""), *changes, *notes])
