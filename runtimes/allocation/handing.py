"""Handing a step over to the host that alone can take it. By name, for tasks stand above those who hand over."""

import logging
from collections.abc import Iterable

from celery import current_app
from kombu.exceptions import OperationalError

from runtimes.allocation.hosts import queue_of

logger = logging.getLogger(__name__)

EXPIRES = 15.0  # seconds, for what beat repeats: a host that was away does not do it all afterwards


def hand_over(task: str, runtime: str, host: str) -> None:
    """Lost when Redis is away; the reconciler of that host finds the row."""
    try:
        current_app.send_task(task, (runtime,), queue=queue_of(host), retry=False)
    except OperationalError:
        logger.warning("Redis is away: %s of runtime %s waits for the reconciler of %s.", task, runtime, host)


def tell_hosts(task: str, hosts: Iterable[str]) -> None:
    """Have each of these hosts do something that beat asks for again soon."""
    for host in hosts:
        try:
            current_app.send_task(task, queue=queue_of(host), retry=False, expires=EXPIRES)
        except OperationalError:
            logger.warning("Redis is away: %s on %s waits for beat.", task, host)
            return
