"""Letters about shares: owed in the transaction of the share, sent by a task, each once.

The row is the truth and the task only a nudge: a lost nudge is made good by the sweep, and of two tasks for one letter
the second finds it locked or sent. A letter that is no longer true when its turn comes is not sent.
"""

import logging
import smtplib
from collections.abc import Mapping
from datetime import timedelta

from allauth.account.models import EmailAddress
from celery import Task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant, Letter

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
MOST_TRIES = 10  # with pauses that double from a minute: most of a day


def owe(notebook: Notebook, kind: Letter.Kind, *, sender: User, to: str, note: str = "") -> Letter:
    """Write down that this letter is to be sent."""
    locale = translation.get_language() or settings.LANGUAGE_CODE
    return Letter.objects.create(
        notebook=notebook, kind=kind.value, sender=sender, to=to, note=note.strip(), locale=locale
    )


def nudge(task: "Task[[int], None]", letter: int) -> None:
    """Have a letter sent now; when Redis is away the sweep finds it after its return."""
    try:
        task.apply_async((letter,), retry=False)
    except OperationalError:
        logger.warning("Redis is away: letter %s waits for the sweep.", letter)


def due() -> list[int]:
    """The letters whose time has come."""
    open_ones = Letter.objects.filter(sent_at=None, tries__lt=MOST_TRIES, due_at__lt=Now())
    return list(open_ones.order_by("due_at").values_list("pk", flat=True)[:100])


def forget_old() -> None:
    """Delete letters, with their notes, a month after they were sent or given up."""
    Letter.objects.filter(at__lt=timezone.now() - KEPT).delete()


@transaction.atomic
def send(letter_id: int) -> None:
    """Send one letter, unless that has been done, is being done, or is no longer true."""
    unsent = Letter.objects.filter(pk=letter_id, sent_at=None).select_related("notebook", "sender")
    letter = unsent.select_for_update(of=("self",), skip_locked=True).first()
    if letter is None:
        return
    if not _is_true(letter):
        letter.delete()
        return
    try:
        message_of(letter).send()
    except (OSError, smtplib.SMTPException) as problem:
        logger.warning("Letter %s could not be sent: %s.", letter_id, problem)
        pause = timedelta(minutes=2**letter.tries)
        Letter.objects.filter(pk=letter_id).update(tries=letter.tries + 1, due_at=timezone.now() + pause)
    else:
        Letter.objects.filter(pk=letter_id).update(sent_at=Now())


def message_of(letter: Letter) -> EmailMessage:
    """The letter in its reader's language, as plain text; answers go to the person who shared."""
    address = EmailAddress.objects.filter(email__iexact=letter.to, verified=True).select_related("user").first()
    with translation.override((address and address.user.locale) or letter.locale):
        subject = " ".join(_written(letter, "subject").split())
        body = _written(letter, "message")
    return EmailMessage(subject, body, to=[letter.to], reply_to=[letter.sender.email])


def _written(letter: Letter, part: str) -> str:
    context: Mapping[str, object] = {
        "sender": letter.sender.display_name,
        "sender_email": letter.sender.email,
        "name": letter.notebook.name,
        "note": letter.note,
        "grant": _grant(letter),
        "address": settings.TOMONI_ADDRESS + reverse("notebook", args=[letter.notebook_id]),
    }
    return render_to_string(f"sharing/email/{letter.kind}_{part}.txt", context)


def _is_true(letter: Letter) -> bool:
    """Whether what the letter says still holds."""
    if letter.notebook.trashed_at:
        return False
    if letter.kind == Letter.Kind.SHARED:
        return _grant(letter) is not None
    owner = EmailAddress.objects.filter(user=letter.notebook.owner_id, email__iexact=letter.to)
    return owner.exists() or letter.notebook.owner.email.lower() == letter.to


def _grant(letter: Letter) -> Grant | None:
    return Grant.objects.valid().filter(notebook=letter.notebook_id, email=letter.to).first()
