"""Sending the mail that was written down (see `accounts.outgoing`): once, by its own task or by a sweep."""

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Mail
from accounts.wording import one_line

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=settings.TOMONI_LETTERS_SECONDS / 2)  # the mail's own task comes first
PATIENCE = timedelta(days=3)
KEPT = timedelta(days=30)
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a mail, as plain text; with `unsubscribe` a mail program offers its reader to have no more."""

    to: str
    subject: str
    text: str
    answer_to: str = ""
    unsubscribe: str = ""

    def message(self) -> EmailMessage:
        headers = {}
        if self.unsubscribe:  # RFC 8058
            headers["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        answers = [self.answer_to] if self.answer_to else None
        return EmailMessage(one_line(self.subject), self.text, to=[self.to], reply_to=answers, headers=headers)


def send(mail_id: int) -> bool:
    """Send one mail if it waits; False when the mail server does not take it now.

    The row is locked while it is sent: a task that comes twice finds it taken or ended. Only a crash between the mail
    server's word and the commit could send it again, which is better than losing it.
    """
    with transaction.atomic():
        waiting = Mail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, state=Mail.State.WAITING.value)
        for mail in waiting:
            try:
                with transaction.atomic():  # what the letter notes as told is not told when nobody takes it
                    state = _send(mail)
            except (smtplib.SMTPException, OSError, ValueError) as problem:
                logger.warning("Mail %s could not be sent and waits: %s", mail.pk, problem)
                Mail.objects.filter(pk=mail.pk).update(tries=F("tries") + 1)
                return False
            Mail.objects.filter(pk=mail.pk).update(state=state.value, ended_at=Now())
    return True


def sweep() -> None:
    """Send what its own task did not; give up what nobody takes; forget what ended long ago."""
    now = timezone.now()
    waiting = Mail.objects.filter(state=Mail.State.WAITING.value)
    waiting.filter(created_at__lt=now - PATIENCE).update(state=Mail.State.FAILED.value, ended_at=Now())
    done = (Mail.State.SENT.value, Mail.State.DROPPED.value)
    Mail.objects.filter(state__in=done, ended_at__lt=now - KEPT).delete()
    # What failed most often comes last, so that one bad address holds up nobody.
    due = waiting.filter(due_at__lt=now - GRACE).order_by("tries", "pk")
    for mail_id in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        if not send(mail_id):
            return


def _send(mail: Mail) -> Mail.State:
    letter = _letter(mail)
    if letter is None:
        return Mail.State.DROPPED
    letter.message().send()
    return Mail.State.SENT


def _letter(mail: Mail) -> Letter | None:
    """The mail's words; None when there is no longer anything to tell."""
    if not mail.kind:
        return Letter(mail.to, mail.subject, mail.text)
    compose: Callable[[str], Letter | None] = import_string(settings.TOMONI_LETTERS[mail.kind])
    return compose(mail.about)
