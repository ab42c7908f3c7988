"""A worker announces its host for as long as it lives, and takes the tasks that only this host can do.

A thread of its own does it, not a task: a host whose every thread starts boxes is busy, not lost.
"""

import logging
import threading
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from runtimes.allocation import hosts

logger = logging.getLogger(__name__)

_over = threading.Event()


def take_own_queue(instance: Any, **_: Any) -> None:
    instance.app.amqp.queues.select_add(hosts.queue_of(hosts.this_host()))


def announce_first(**_: Any) -> None:
    """Before any task: those that waited while no worker was here must not find this host lost."""
    _announce()


def begin(**_: Any) -> None:
    threading.Thread(target=_beat, name="heartbeat", daemon=True).start()


def end(**_: Any) -> None:
    _over.set()


def _beat() -> None:
    while not _over.wait(settings.TOMONI_HOST_BEAT_SECONDS):
        _announce()


def _announce() -> None:
    try:
        hosts.announce()
    except DatabaseError:
        logger.warning("The database is away: this host is not announced.")
    finally:
        close_old_connections()
