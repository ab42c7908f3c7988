"""The Celery tasks of comments: each safe to lose and to repeat."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from notebooks.comments import letters

logger = logging.getLogger(__name__)


def nudge(letter: int) -> None:
    """Send the letter soon; when Redis is away the sweep finds it after its return."""
    try:
        send_letter.apply_async((letter,), retry=False)
    except OperationalError:
        logger.warning("Redis is away: letter %s waits for the sweep.", letter)


@shared_task(name="comments.send_letter")
def send_letter(letter: int) -> None:
    letters.send_letter(letter)


@shared_task(name="comments.sweep")
def sweep() -> None:
    letters.sweep()
