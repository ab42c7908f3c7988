"""What the mails about shares say, if it is still true when they are sent."""

from collections.abc import Mapping
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts import mailing, outgoing
from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant, Letter

KEPT = timedelta(days=30)


def owe(notebook: Notebook, kind: Letter.Kind, *, sender: User, to: str, note: str = "") -> None:
    """Write down that this letter is to be sent."""
    locale = translation.get_language() or settings.LANGUAGE_CODE
    letter = Letter.objects.create(
        notebook=notebook, kind=kind.value, sender=sender, to=to, note=note.strip(), locale=locale
    )
    outgoing.owe("share", letter.pk)


def forget_old() -> None:
    """Delete letters, with their notes, that nobody took in a month."""
    Letter.objects.filter(at__lt=timezone.now() - KEPT).delete()


def compose(about: str) -> mailing.Letter | None:
    """The letter in its reader's language; answers go to the person who shared."""
    letter = Letter.objects.filter(pk=about).select_related("notebook", "sender").first()
    if letter is None:
        return None
    Letter.objects.filter(pk=about).delete()
    if not _is_true(letter):
        return None
    address = EmailAddress.objects.filter(email__iexact=letter.to, verified=True).select_related("user").first()
    with translation.override((address and address.user.locale) or letter.locale):
        subject, text = _written(letter, "subject"), _written(letter, "message")
    return mailing.Letter(letter.to, subject, text, answer_to=letter.sender.email)


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
