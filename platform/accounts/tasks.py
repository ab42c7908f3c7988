"""The Celery tasks of accounts: each safe to lose and to repeat."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from accounts import ending, mailing

logger = logging.getLogger(__name__)


def nudge_mail(mail: int, after: float = 0.0) -> None:
    """Send the mail in so many seconds; when Redis is away the sweep finds it after its return."""
    try:
        send_mail.apply_async((mail,), retry=False, countdown=after)
    except OperationalError:
        logger.warning("Redis is away: mail %s waits for the sweep.", mail)


@shared_task(name="accounts.send_mail")
def send_mail(mail: int) -> None:
    mailing.send(mail)


@shared_task(name="accounts.sweep_mail")
def sweep_mail() -> None:
    mailing.sweep()


@shared_task(name="accounts.end_closed")
def end_closed() -> None:
    ending.end_closed()
