"""Letters about shares: one each, in the reader's language, with the note as it was written, and only while true."""

import smtplib

import pytest
from django.core import mail
from django.utils import timezone, translation

from accounts.models import User
from notebooks.documents.services import rename_notebook
from notebooks.sharing import letters
from notebooks.sharing.models import Grant, Letter
from notebooks.sharing.services import Invitation, Terms, invite, remove_grant, transfer_ownership
from notebooks.sharing.tasks import send_letter, sweep

pytestmark = pytest.mark.django_db

NEW = "new@example.org"


@pytest.fixture
def nudged(monkeypatch):
    """The letters that the task was asked to send: here the test sends them."""
    asked: list[int] = []
    monkeypatch.setattr(letters, "nudge", lambda task, letter: asked.append(letter))
    return asked


def send_all(nudged) -> list[mail.EmailMessage]:
    for letter in nudged:
        send_letter(letter)
    return mail.outbox


@pytest.fixture
def invited(notebook, ada, nudged, django_capture_on_commit_callbacks):
    """Ada invites a new person to edit, with a note."""
    with django_capture_on_commit_callbacks(execute=True):
        invite(notebook, Invitation(ada, [NEW], Terms("editor"), is_told=True, note="Look at <b>cell 3</b> & tell me"))
    return nudged


def test_it_says_who_shares_what_with_the_note_and_the_address(invited, notebook, settings) -> None:
    [letter] = send_all(invited)

    assert letter.to == [NEW] and letter.reply_to == ["ada@example.org"]
    assert letter.subject == "Ada has shared “Untitled0.ipynb” with you"
    assert "Ada (ada@example.org) invites you to edit" in letter.body
    assert "Look at <b>cell 3</b> & tell me" in letter.body  # plain text, as it was written
    assert f"{settings.TOMONI_ADDRESS}/notebooks/{notebook.pk}\n" in letter.body
    assert "create one with this address" in letter.body
    assert letter.content_subtype == "plain" and not getattr(letter, "alternatives", None)


def test_who_is_not_to_be_told_gets_none(notebook, ada, nudged, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite(notebook, Invitation(ada, [NEW], Terms("editor")))

    assert nudged == [] and not Letter.objects.exists()


def test_p23_a_letter_is_sent_once_although_the_task_comes_twice(invited) -> None:
    assert len(send_all([*invited, *invited])) == 1
    sweep()
    assert len(invited) == 1


def test_a_letter_whose_nudge_was_lost_is_sent_by_the_sweep(invited) -> None:
    lost = invited.copy()
    invited.clear()
    sweep()

    assert invited == lost
    assert len(send_all(invited)) == 1


def test_a_letter_that_could_not_be_sent_is_tried_again_later(invited, monkeypatch) -> None:
    def fail(*_):
        raise smtplib.SMTPServerDisconnected("away")

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", fail)
        send_all(invited)
    assert letters.due() == []
    Letter.objects.update(due_at=timezone.now())

    assert letters.due() == invited
    assert len(send_all(invited)) == 1


def test_a_letter_and_its_note_are_forgotten_in_time(invited) -> None:
    send_all(invited)
    sweep()
    assert Letter.objects.exists()
    Letter.objects.update(at=timezone.now() - letters.KEPT)
    sweep()
    assert not Letter.objects.exists()


def test_no_letter_comes_of_what_was_taken_back(invited, notebook) -> None:
    remove_grant(notebook, Grant.objects.get(email=NEW).pk)

    assert send_all(invited) == [] and not Letter.objects.exists()


@pytest.mark.parametrize(
    ("reader", "sender", "expected"),
    [("ja", "en", "共有しました"), ("", "ja", "共有しました"), ("en", "ja", "has shared")],
)
def test_it_is_in_the_readers_language_or_else_in_the_senders(
    notebook, ada, cleo, nudged, django_capture_on_commit_callbacks, reader, sender, expected
) -> None:
    User.objects.filter(pk=cleo.pk).update(locale=reader)
    with translation.override(sender), django_capture_on_commit_callbacks(execute=True):
        invite(notebook, Invitation(ada, [cleo.email], Terms("viewer"), is_told=True))

    [letter] = send_all(nudged)
    assert expected in letter.subject


def test_p58_a_hostile_name_stays_one_line_of_text(invited, notebook, ada) -> None:
    rename_notebook(notebook, "x\nBcc: all@example.org <script>")
    User.objects.filter(pk=ada.pk).update(name="Ada\r\nTo: evil@example.org")

    [letter] = send_all(invited)

    assert "\n" not in letter.subject and "\r" not in letter.subject
    assert letter.recipients() == [NEW]
    assert "<script>" in letter.body


def test_the_new_owner_is_told(notebook, ada, bob, nudged, django_capture_on_commit_callbacks) -> None:
    Grant.objects.update(opened_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        transfer_ownership(notebook, ada, Grant.objects.get(email=bob.email).pk)

    [letter] = send_all(nudged)
    assert letter.to == [bob.email] and letter.subject == "You are now the owner of “Untitled0.ipynb”"
