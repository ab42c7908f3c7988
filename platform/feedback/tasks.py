"""The Celery tasks of feedback: each safe to lose and to repeat."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from feedback import completing

logger = logging.getLogger(__name__)


def nudge(feedback: int) -> None:
    """Complete it soon; when Redis is away the sweep finds it after its return."""
    try:
        complete.apply_async((feedback,), retry=False)
    except OperationalError:
        logger.warning("Redis is away: feedback %s waits for the sweep.", feedback)


@shared_task(name="feedback.complete")
def complete(feedback: int) -> None:
    completing.complete(feedback)


@shared_task(name="feedback.sweep")
def sweep() -> None:
    completing.sweep()
