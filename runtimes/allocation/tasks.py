"""The Celery tasks of allocation: one line each, and each safe to lose and to repeat."""

import logging
from typing import Any

from celery import Task, shared_task
from celery.signals import (
    beat_init,
    before_task_publish,
    celeryd_after_setup,
    worker_init,
    worker_ready,
    worker_shutdown,
)
from django.db import DatabaseError
from kombu.exceptions import OperationalError

from runtimes.allocation import attending, heartbeat, hosts, lifecycle, losing, pool, sweeping, warnings
from runtimes.allocation.handing import tell_hosts
from runtimes.allocation.models import Runtime

logger = logging.getLogger(__name__)

POOL_WAITS = 1.0  # seconds

celeryd_after_setup.connect(heartbeat.take_own_queue)
worker_init.connect(heartbeat.announce_first)
worker_ready.connect(heartbeat.begin)
worker_shutdown.connect(heartbeat.end)


def nudge(task: "Task[[str], None]", runtime: Runtime, *, seconds: float = 0) -> None:
    """Send `task` to the host of `runtime`, to run after `seconds`; when Redis is away the reconciler finds the row."""
    queue = hosts.queue_of(str(runtime.host_id)) if runtime.host_id else str(task.app.conf.task_default_queue)
    try:
        task.apply_async((str(runtime.pk),), queue=queue, retry=False, countdown=seconds)
    except OperationalError:
        logger.warning("Redis is away: %s of runtime %s waits for the reconciler.", task.name, runtime.pk)


def nudge_pool() -> None:
    """Have the pool looked after, a moment later: the first run of whoever has just connected comes first."""
    try:
        keep_pool.apply_async(retry=False, countdown=POOL_WAITS, expires=POOL_WAITS + 30)
    except OperationalError:
        logger.warning("Redis is away: the pool waits for beat.")


@shared_task(name="allocation.keep_pool")
def keep_pool() -> None:
    """On every host."""
    tell_hosts("allocation.keep_pool_here", hosts.others())
    pool.keep()


@shared_task(name="allocation.keep_pool_here")
def keep_pool_here() -> None:
    pool.keep()


@shared_task(name="allocation.warn")
def warn() -> None:
    warnings.warn()


@shared_task(name="allocation.start_runtime")
def start_runtime(runtime: str) -> None:
    lifecycle.start(runtime)


@shared_task(name="allocation.start_box")
def start_box(runtime: str) -> None:
    lifecycle.start_box(runtime)


@shared_task(name="allocation.stop_runtime")
def stop_runtime(runtime: str) -> None:
    lifecycle.stop(runtime)


@shared_task(name="allocation.look_after")
def look_after(runtime: str) -> None:
    lifecycle.look_after(runtime)


@shared_task(name="allocation.attend_drive")
def attend_drive(runtime: str) -> None:
    attending.attend(runtime)


@shared_task(name="allocation.reconcile")
def reconcile() -> None:
    """On every host, and for those that are lost."""
    tell_hosts("allocation.reconcile_here", hosts.others())
    reconcile_here()
    losing.end_lost()


@shared_task(name="allocation.reconcile_here")
def reconcile_here() -> None:
    lifecycle.reconcile()
    attending.clear_away()


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
