"""The mail about comments: each letter is sent once, in its reader's language, to who may still see the notebook."""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notebooks.comments.models import Letter
from notebooks.sharing.access import NoAccess, access_notebook

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=30)  # the letter's own task comes first
PATIENCE = timedelta(days=3)
AT_ONCE = 200


def send_letter(letter_id: int) -> bool:
    """Send one letter if it waits; False when the mail server does not take it now.

    The row is locked while its mail is sent: a task that comes twice finds it taken or ended. Only a crash between the
    mail server's word and the commit could send it again, which is better than losing it.
    """
    with transaction.atomic():
        waiting = Letter.objects.waiting().select_for_update(skip_locked=True, of=("self",))
        letter = waiting.select_related("comment__thread__notebook", "comment__author", "person").filter(pk=letter_id)
        for row in letter:
            try:
                state = _send(row)
            except (smtplib.SMTPException, OSError, ValueError) as problem:
                logger.warning("Letter %s could not be sent and waits: %s", row.pk, problem)
                Letter.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
                return False
            Letter.objects.filter(pk=row.pk).update(state=state.value, ended_at=Now())
    return True


def sweep() -> None:
    """Send what its own task did not: that was lost, or the mail server was away."""
    now = timezone.now()
    Letter.objects.waiting().filter(created_at__lt=now - PATIENCE).update(
        state=Letter.State.FAILED.value, ended_at=Now()
    )
    # What failed most often comes last, so that one bad address holds up nobody.
    waiting = Letter.objects.waiting().filter(created_at__lt=now - GRACE).order_by("tries", "pk")
    for letter_id in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        if not send_letter(letter_id):
            return


def _send(letter: Letter) -> Letter.State:
    if letter.comment.deleted_at or not _may_know(letter):
        return Letter.State.DROPPED
    with translation.override(letter.person.locale or settings.LANGUAGE_CODE):
        _message(letter).send()
    return Letter.State.SENT


def _may_know(letter: Letter) -> bool:
    try:
        access_notebook(letter.person, letter.comment.thread.notebook_id)
    except NoAccess:
        return False
    return True


def _message(letter: Letter) -> EmailMessage:
    comment, thread = letter.comment, letter.comment.thread
    address = settings.TOMONI_ADDRESS + reverse("notebook", args=[thread.notebook_id])
    context = {
        "author": _one_line(comment.author.display_name if comment.author else _("Somebody")),
        "notebook": _one_line(thread.notebook.name),
        "is_mention": letter.why == Letter.Why.MENTION,
        "quote": _quoted(thread.quote),
        "text": _quoted(comment.readable),
        "link": f"{address}#comment={thread.pk}",
    }
    subject = _one_line(render_to_string("comments/letter_subject.txt", context))
    return EmailMessage(subject, render_to_string("comments/letter_message.txt", context), to=[letter.person.email])


def _one_line(text: str) -> str:
    """Names that people chose themselves begin no new line, in which they could pose as us."""
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """Each line marked as somebody else's."""
    return "\n".join(f"> {line}" for line in text.splitlines())
