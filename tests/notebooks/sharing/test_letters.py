"""Letters about shares: one each, in the reader's language, with the note as it was written, and only while true."""

import smtplib

import pytest
from django.core import mail
from django.utils import timezone, translation

from accounts import mailing
from accounts.models import Mail, User
from notebooks.documents.services import rename_notebook
from notebooks.sharing import letters
from notebooks.sharing.models import Grant, Letter
from notebooks.sharing.services import Invitation, Terms, invite, remove_grant, transfer_ownership
from notebooks.sharing.tasks import sweep

pytestmark = pytest.mark.django_db

NEW = "new@example.org"


def send_all() -> list[mail.EmailMessage]:
    for waiting in Mail.objects.filter(state="waiting"):
        mailing.send(waiting.pk)
    return mail.outbox


@pytest.fixture
def invited(notebook, ada):
    """Ada invites a new person to edit, with a note."""
    invite(notebook, Invitation(ada, [NEW], Terms("editor"), is_told=True, note="Look at <b>cell 3</b> & tell me"))


def test_it_says_who_shares_what_with_the_note_and_the_address(invited, notebook, settings) -> None:
    [letter] = send_all()

    assert letter.to == [NEW] and letter.reply_to == ["ada@example.org"]
    assert letter.subject == "Ada has shared “Untitled0.ipynb” with you"
    assert "Ada (ada@example.org) invites you to edit" in letter.body
    assert "Look at <b>cell 3</b> & tell me" in letter.body  # plain text, as it was written
    assert f"{settings.TOMONI_ADDRESS}/notebooks/{notebook.pk}\n" in letter.body
    assert "create one with this address" in letter.body
    assert letter.content_subtype == "plain" and not getattr(letter, "alternatives", None)


def test_who_is_not_to_be_told_gets_none(notebook, ada) -> None:
    invite(notebook, Invitation(ada, [NEW], Terms("editor")))

    assert not Mail.objects.exists() and not Letter.objects.exists()


def test_p23_a_letter_is_sent_once_although_the_task_comes_twice(invited) -> None:
    [waiting] = Mail.objects.all()
    for _ in range(2):
        mailing.send(waiting.pk)

    assert len(mail.outbox) == 1


def test_a_letter_that_could_not_be_sent_is_tried_again_later(invited, monkeypatch) -> None:
    def fail(*_):
        raise smtplib.SMTPServerDisconnected("away")

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", fail)
        send_all()
    assert Letter.objects.exists()

    assert len(send_all()) == 1


def test_a_note_is_forgotten_when_it_was_sent_or_in_time(invited, notebook, ada) -> None:
    send_all()
    assert not Letter.objects.exists()
    letters.owe(notebook, Letter.Kind.SHARED, sender=ada, to=NEW, note="Look")
    Letter.objects.update(at=timezone.now() - letters.KEPT)
    sweep()
    assert not Letter.objects.exists()


def test_no_letter_comes_of_what_was_taken_back(invited, notebook) -> None:
    remove_grant(notebook, Grant.objects.get(email=NEW).pk)

    assert send_all() == [] and not Letter.objects.exists()


@pytest.mark.parametrize(
    ("reader", "sender", "expected"),
    [("ja", "en", "共有しました"), ("", "ja", "共有しました"), ("en", "ja", "has shared")],
)
def test_it_is_in_the_readers_language_or_else_in_the_senders(notebook, ada, cleo, reader, sender, expected) -> None:
    User.objects.filter(pk=cleo.pk).update(locale=reader)
    with translation.override(sender):
        invite(notebook, Invitation(ada, [cleo.email], Terms("viewer"), is_told=True))

    [letter] = send_all()
    assert expected in letter.subject


def test_p58_a_hostile_name_stays_one_line_of_text(invited, notebook, ada) -> None:
    rename_notebook(notebook, "x\nBcc: all@example.org <script>")
    User.objects.filter(pk=ada.pk).update(name="Ada\r\nTo: evil@example.org")

    [letter] = send_all()

    assert "\n" not in letter.subject and "\r" not in letter.subject
    assert letter.recipients() == [NEW]
    assert "<script>" in letter.body


def test_the_new_owner_is_told(notebook, ada, bob) -> None:
    Grant.objects.update(opened_at=timezone.now())
    transfer_ownership(notebook, ada, Grant.objects.get(email=bob.email).pk)

    [letter] = send_all()
    assert letter.to == [bob.email] and letter.subject == "You are now the owner of “Untitled0.ipynb”"
