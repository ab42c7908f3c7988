"""The mails about a message: to the team, and to its sender in their language."""

from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.outgoing import write
from accounts.wording import quoted
from feedback.models import Feedback, Remark


def team() -> list[str]:
    """Who hears of new messages."""
    return settings.TOMONI_FEEDBACK_EMAIL or [settings.TOMONI_ADMIN_EMAIL]


def tell_team(row: Feedback) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        for address in team():
            _write(address, "team", row, link=settings.TOMONI_ADDRESS + reverse("feedback_item", args=[row.pk]))


def thank(row: Feedback) -> None:
    """The number, and where an answer will be found, to who wanted to hear of it."""
    if row.email:
        with translation.override(row.locale):
            _write(row.email, "thanks", row, link=followed_at(row))


def tell_answer(row: Feedback, remark: Remark) -> None:
    if row.email:
        with translation.override(row.locale):
            _write(row.email, "answer", row, link=followed_at(row), remark=quoted(remark.text))


def tell_reply(row: Feedback, remark: Remark) -> None:
    """The sender added something: whoever sees to it hears of it, or the team."""
    with translation.override(settings.LANGUAGE_CODE):
        for address in [row.assignee.email] if row.assignee else team():
            link = settings.TOMONI_ADDRESS + reverse("feedback_item", args=[row.pk])
            _write(address, "reply", row, link=link, remark=quoted(remark.text))


def followed_at(row: Feedback) -> str:
    """The address under which its sender finds it, with its key for who has no account."""
    path = reverse("follow_feedback", args=[row.pk])
    key = "" if row.sender_id else f"?{urlencode({'key': row.key})}"
    return f"{settings.TOMONI_ADDRESS}{path}{key}"


def _write(to: str, name: str, row: Feedback, **context: str) -> None:
    context |= {"text": quoted(row.text)}
    subject = render_to_string(f"feedback/mail/{name}_subject.txt", {"feedback": row})
    write(to, subject, render_to_string(f"feedback/mail/{name}.txt", {"feedback": row, **context}))
