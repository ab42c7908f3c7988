"""Sending the mail that was written down (see `accounts.outgoing`): once, by its own task or by a sweep."""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Mail

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=settings.TOMONI_LETTERS_SECONDS / 2)  # the mail's own task comes first
PATIENCE = timedelta(days=3)
KEPT = timedelta(days=30)
AT_ONCE = 200


def send(mail_id: int) -> bool:
    """Send one mail if it waits; False when the mail server does not take it now.

    The row is locked while it is sent: a task that comes twice finds it taken or ended. Only a crash between the mail
    server's word and the commit could send it again, which is better than losing it.
    """
    with transaction.atomic():
        waiting = Mail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, state=Mail.State.WAITING.value)
        for mail in waiting:
            try:
                EmailMessage(mail.subject, mail.text, to=[mail.to]).send()
            except (smtplib.SMTPException, OSError, ValueError) as problem:
                logger.warning("Mail %s could not be sent and waits: %s", mail.pk, problem)
                Mail.objects.filter(pk=mail.pk).update(tries=F("tries") + 1)
                return False
            Mail.objects.filter(pk=mail.pk).update(state=Mail.State.SENT.value, ended_at=Now())
    return True


def sweep() -> None:
    """Send what its own task did not; give up what nobody takes; forget what was sent long ago."""
    now = timezone.now()
    waiting = Mail.objects.filter(state=Mail.State.WAITING.value)
    waiting.filter(created_at__lt=now - PATIENCE).update(state=Mail.State.FAILED.value, ended_at=Now())
    Mail.objects.filter(state=Mail.State.SENT.value, ended_at__lt=now - KEPT).delete()
    # What failed most often comes last, so that one bad address holds up nobody.
    due = waiting.filter(created_at__lt=now - GRACE).order_by("tries", "pk")
    for mail_id in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        if not send(mail_id):
            return
