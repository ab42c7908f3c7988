"""The Celery tasks of allocation: one line each, and each safe to lose and to repeat."""

import logging
from typing import Any

from celery import Task, shared_task
from celery.signals import beat_init, before_task_publish
from django.db import DatabaseError
from kombu.exceptions import OperationalError

from runtimes.allocation import lifecycle, pool, sweeping

logger = logging.getLogger(__name__)

POOL_WAITS = 1.0  # seconds


def nudge(task: "Task[[str], None]", runtime: str, *, seconds: float = 0) -> None:
    """Send `task`, to run after `seconds`; when Redis is away the reconciler finds the row after its return."""
    try:
        task.apply_async((runtime,), retry=False, countdown=seconds)
    except OperationalError:
        logger.warning("Redis is away: %s of runtime %s waits for the reconciler.", task.name, runtime)


def nudge_pool() -> None:
    """Have the pool looked after, a moment later: the first run of whoever has just connected comes first."""
    try:
        keep_pool.apply_async(retry=False, countdown=POOL_WAITS, expires=POOL_WAITS + 30)
    except OperationalError:
        logger.warning("Redis is away: the pool waits for beat.")


@shared_task(name="allocation.keep_pool")
def keep_pool() -> None:
    pool.keep()


@shared_task(name="allocation.start_runtime")
def start_runtime(runtime: str) -> None:
    lifecycle.start(runtime)


@shared_task(name="allocation.stop_runtime")
def stop_runtime(runtime: str) -> None:
    lifecycle.stop(runtime)


@shared_task(name="allocation.look_after")
def look_after(runtime: str) -> None:
    lifecycle.look_after(runtime)


@shared_task(name="allocation.reconcile")
def reconcile() -> None:
    lifecycle.reconcile()


@shared_task(name="allocation.sweep")
def sweep() -> None:
    sweeping.sweep()


@shared_task(name="allocation.canary")
def canary() -> None:
    lifecycle.canary()


@beat_init.connect
def send_first_canary(**_: Any) -> None:
    """Beat's own first tick comes only after a whole interval: a start would look unready until then."""
    try:
        canary.apply_async(retry=False, expires=10)
    except OperationalError:
        logger.warning("Redis is away: the first canary stays away too.")
    nudge_pool()


@before_task_publish.connect(sender="allocation.canary")
def note_beat(**_: Any) -> None:
    """Runs in the process that sends the canary, which is beat: so `/readyz` can tell which of the two is missing."""
    try:
        lifecycle.mark("beat")
    except DatabaseError:
        logger.warning("The database is away: beat's tick is not noted.")
