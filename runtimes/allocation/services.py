"""What people and agents can ask of runtimes. Workers carry it out in `lifecycle`."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from runtimes.allocation import tasks
from runtimes.allocation.models import Runtime, RuntimeType
from runtimes.allocation.states import Reason, Status
from runtimes.allocation.tokens import digest_token


class QuotaReached(Exception):
    """The owner already holds as many runtimes as they may."""


def current_runtime(owner: User, audience: str) -> Runtime | None:
    """The live runtime of `owner` for `audience`, if there is one."""
    return Runtime.objects.live().filter(owner=owner, audience=audience).select_related("type").first()


def latest_runtime(owner: User, audience: str) -> Runtime | None:
    """The live runtime, or the one that ended last: its reason is what the page says."""
    mine = Runtime.objects.filter(owner=owner, audience=audience).select_related("type")
    return mine.live().first() or mine.order_by("-requested_at").first()


@transaction.atomic
def request_runtime(owner: User, audience: str) -> Runtime:
    """Get the live runtime of `owner` for `audience`, or ask for one; a worker starts it once this commits.

    Raises QuotaReached with a sentence for the person.
    """
    # Locking the owner makes two clicks queue up, so neither can miscount.
    User.objects.select_for_update().get(pk=owner.pk)
    if live := current_runtime(owner, audience):
        return live
    limit = settings.TOMONI_RUNTIMES_PER_USER
    if Runtime.objects.live().filter(owner=owner).count() >= limit:
        raise QuotaReached(f"You already have {limit} runtimes. Disconnect one of them to connect another.")
    runtime = Runtime.objects.create(owner=owner, audience=audience, type=default_type())
    transaction.on_commit(partial(tasks.nudge, tasks.start_runtime, str(runtime.pk)))
    transaction.on_commit(runtime.announce)
    return runtime


def default_type() -> RuntimeType:
    """The type that a person gets who asked for none; made with the default figures on first use."""
    figures = {"name": "Python 3", "memory_bytes": settings.TOMONI_MEMORY_BYTES}
    try:
        return RuntimeType.objects.get_or_create(slug="python", defaults=figures)[0]
    except IntegrityError:
        return RuntimeType.objects.get(slug="python")


def reset_runtime(runtime: Runtime, reason: Reason, detail: str = "") -> bool:
    """Ask for the end of `runtime`; True if this call is the one that ended it."""
    if not runtime.is_live or runtime.state == Status.STOPPING:
        return False
    won = runtime.move(Status.STOPPING, reason=reason, detail=detail)
    if won:
        transaction.on_commit(partial(tasks.nudge, tasks.stop_runtime, str(runtime.pk)))
    return won


def runtime_for_token(token: str) -> Runtime | None:
    """The runtime whose agent holds `token`, while it is starting or ready."""
    states = [Status.STARTING.value, Status.READY.value]
    return (
        Runtime.objects.filter(token_digest=digest_token(token), state__in=states)
        .select_related("type", "owner")
        .first()
    )


def link_runtime(runtime: Runtime, *, boot: str, session: str, kernel: str) -> int | None:
    """Note that the agent of `runtime` has linked up; return the generation that fences its older links.

    None if the runtime has ended meanwhile. A new `boot` is a new agent process, whose frames count from 1 again.
    """
    with transaction.atomic():
        row = Runtime.objects.select_for_update().get(pk=runtime.pk)
        if row.state not in {Status.STARTING, Status.READY}:
            return None
        received = row.received if row.boot == boot else 0
        Runtime.objects.filter(pk=row.pk).update(
            generation=F("generation") + 1,
            boot=boot,
            session=session,
            kernel=kernel,
            received=received,
            linked_at=Now(),
        )
        row.refresh_from_db()
        if row.state == Status.STARTING:
            row.move(Status.READY, ready_at=Now(), last_activity_at=Now())
        else:
            transaction.on_commit(row.announce)
    runtime.refresh_from_db()
    return row.generation


def touch(runtime: Runtime) -> None:
    """Note that the owner of `runtime` has just used it: the idle clock starts anew."""
    Runtime.objects.filter(pk=runtime.pk).update(last_activity_at=Now())


def public(runtime: Runtime | None) -> dict[str, Any] | None:
    """What the owner's page may know of `runtime` (the `runtime` value of the status frame)."""
    if runtime is None:
        return None
    return {
        "id": str(runtime.pk),
        "state": runtime.state,
        "reason": runtime.reason,
        "detail": runtime.reason_detail,
        "type": runtime.type.name,
        "kernel": runtime.kernel,
        "generation": runtime.generation,
        "session": runtime.session,
        "deadline": runtime.ends_at.isoformat() if runtime.ends_at else None,
    }
