"""Taking messages in, and answering them."""

import json
import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from feedback import letters
from feedback.models import Feedback, Kind, Remark, Screenshot, State
from feedback.tasks import nudge
from notebooks.sharing.access import NoAccess, access_notebook

MOST_TEXT = 10_000
MOST_DIAGNOSTICS = 64 * 2**10
MOST_CONTENT = 2**20
MOST_PICTURE = 8 * 2**20


class BadFeedback(ValueError):
    """It cannot be taken; the text says to the sender what to change."""


@dataclass(slots=True)
class Message:
    """What a page or a program sends. `contact` is whether an answer is wanted, `email` where by who has no account."""

    text: str
    kind: str = Kind.IDEA.value
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    contact: bool = True
    email: str = ""
    page: str = ""
    browser: str = ""
    diagnostics: dict[str, Any] = field(default_factory=dict)
    content: str = ""
    notebook: uuid.UUID | None = None
    runtime: uuid.UUID | None = None
    screenshot: bytes = b""


def receive(sender: User | None, message: Message, locale: str) -> Feedback:
    """Store it, with everything that came along; a task does the rest. The same token again finds the first.

    Raises BadFeedback.
    """
    _check(message)
    values = {
        "kind": message.kind,
        "text": _clean(message.text.strip()),
        "sender": sender,
        "email": _address(sender, message),
        "locale": locale,
        "page": _clean(message.page)[:500],
        "browser": _clean(message.browser)[:500],
        "diagnostics": json.loads(_clean(json.dumps(message.diagnostics, ensure_ascii=False)).replace("\\u0000", "")),
        "content": _clean(message.content),
        "notebook": _seen_by(sender, message.notebook),
        "runtime": message.runtime,
    }
    try:
        with transaction.atomic():
            row = Feedback.objects.create(token=message.token, **values)
            if message.screenshot:
                Screenshot.objects.create(feedback=row, raw=message.screenshot)
            transaction.on_commit(partial(nudge, row.pk))
    except IntegrityError:
        earlier = Feedback.objects.filter(token=message.token, sender=sender).first()
        if earlier is None:
            raise BadFeedback(_("This message could not be stored. Write it anew.")) from None
        return earlier
    return row


def answer(row: Feedback, author: User, text: str) -> Remark:
    """Answer the sender, who gets a mail if they wanted one."""
    remark = Remark.objects.create(feedback=row, author=author, text=_text_of(text), is_answer=True)
    Feedback.objects.filter(pk=row.pk).exclude(state=State.CLOSED.value).update(state=State.ANSWERED.value)
    letters.tell_answer(row, remark)
    return remark


def note(row: Feedback, author: User, text: str) -> Remark:
    """Something for the team alone."""
    return Remark.objects.create(feedback=row, author=author, text=_text_of(text), is_internal=True)


def reply(row: Feedback, author: User | None, text: str) -> Remark:
    """The sender adds something; what was answered or closed is open again."""
    with transaction.atomic():
        remark = Remark.objects.create(feedback=row, author=author, text=_text_of(text))
        Feedback.objects.filter(pk=row.pk).update(state=State.OPEN.value)
        letters.tell_reply(row, remark)
    return remark


def link(row: Feedback, number: int | None) -> None:
    """Say that `row` is about the same as message `number`, or, with None, that it is not; raises BadFeedback."""
    original = None
    if number is not None:
        original = Feedback.objects.filter(pk=number).first()
        if original is None or original.pk == row.pk:
            raise BadFeedback(_("There is no other message with this number."))
        original = original.original or original
        if original.pk == row.pk:
            raise BadFeedback(_("That message is already counted as a duplicate of this one."))
        row.duplicates.update(original=original)
    Feedback.objects.filter(pk=row.pk).update(original=original)


def _check(message: Message) -> None:
    if message.kind not in Kind.values:
        raise BadFeedback(_("Say what kind it is: bug, idea, question or abuse."))
    _text_of(message.text)
    if len(json.dumps(message.diagnostics)) > MOST_DIAGNOSTICS:
        raise BadFeedback(_("The diagnostics are too long. Send the message without them."))
    if len(message.content) > MOST_CONTENT:
        raise BadFeedback(_("The notebook is too long to be sent along. Send the message without it."))
    if len(message.screenshot) > MOST_PICTURE:
        raise BadFeedback(_("The picture is larger than 8 MB. Send a smaller one, or none."))


def _text_of(text: str) -> str:
    text = _clean(text).strip()
    if not text:
        raise BadFeedback(_("Write what you want to tell us."))
    if len(text) > MOST_TEXT:
        raise BadFeedback(_("The text is longer than %(count)d characters.") % {"count": MOST_TEXT})
    return text


def _address(sender: User | None, message: Message) -> str:
    if not message.contact:
        return ""
    if sender:
        return sender.email
    try:
        if message.email:
            validate_email(message.email)
    except ValidationError:
        raise BadFeedback(_("This is not an email address. Correct it, or leave it empty.")) from None
    return message.email


def _seen_by(sender: User | None, notebook: uuid.UUID | None) -> uuid.UUID | None:
    """The notebook, if the sender may see it: nobody finds out here what there is."""
    if sender is None or notebook is None:
        return None
    try:
        access_notebook(sender, notebook)
    except NoAccess:
        return None
    return notebook


def _clean(text: str) -> str:
    """As PostgreSQL takes it: neither NUL nor half characters."""
    return text.replace("\0", "").encode(errors="replace").decode()
