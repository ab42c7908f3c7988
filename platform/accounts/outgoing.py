"""Mail that is not lost: a row, committed with what it is about, and sent from there."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import Mail
from accounts.tasks import nudge_mail
from accounts.wording import one_line


def write(to: str, subject: str, text: str) -> Mail:
    """A mail that is sent once the present transaction is committed."""
    mail = Mail.objects.create(to=to, subject=one_line(subject)[:300], text=text)
    transaction.on_commit(partial(nudge_mail, mail.pk))
    return mail


def owe(kind: str, about: int, *, after: float = 0.0) -> Mail:
    """A mail whose words are found when it is sent, `after` so many seconds; `kind` is one of `TOMONI_LETTERS`."""
    mail = Mail.objects.create(kind=kind, about=str(about), due_at=timezone.now() + timedelta(seconds=after))
    transaction.on_commit(partial(nudge_mail, mail.pk, after))
    return mail
