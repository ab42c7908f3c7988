"""Mail that is not lost: a row, committed with what it is about, and sent from there."""

from functools import partial

from django.db import transaction

from accounts.models import Mail
from accounts.tasks import nudge_mail


def write(to: str, subject: str, text: str) -> Mail:
    """A mail that is sent once the present transaction is committed.

    Of a subject with line breaks one line is made: names that people chose themselves begin no new header.
    """
    mail = Mail.objects.create(to=to, subject=" ".join(subject.split())[:300], text=text)
    transaction.on_commit(partial(nudge_mail, mail.pk))
    return mail
