"""Letters: to who is mentioned or takes part, once, in their language, and only to who may still know."""

import re
import smtplib
import threading
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from notebooks.comments import letters, tasks
from notebooks.comments.models import Letter
from notebooks.documents.services import trash_notebook
from notebooks.sharing.services import set_shares

pytestmark = pytest.mark.django_db


def waiting() -> dict[str, str]:
    """Who is to be told, and why."""
    return dict(Letter.objects.waiting().values_list("person__name", "why"))


def states() -> set[str]:
    return set(Letter.objects.values_list("state", flat=True))


def send_all() -> None:
    for letter in Letter.objects.waiting():
        tasks.send_letter(letter.pk)


def test_who_is_mentioned_gets_a_letter_that_leads_to_the_thread(
    calls, bob, cora, mailoutbox, notebook, settings
) -> None:
    thread = calls(cora).begin("@Bob@example.org, see\nthis?", quote="x = 1").json()
    send_all()

    [letter] = mailoutbox
    assert letter.to == [bob.email]
    assert letter.subject == f"Cora mentioned you in “{notebook.name}”"
    assert "\n> @Bob, see\n> this?\n" in letter.body and "\n> x = 1\n" in letter.body
    assert f"\n{settings.TOMONI_ADDRESS}/notebooks/{notebook.pk}#comment={thread['id']}\n" in letter.body
    assert states() == {"sent"}
    [mention] = thread["comments"][0]["mentions"]
    assert mention == {"id": bob.pk, "name": "Bob", "email": bob.email}


def test_those_who_take_part_hear_of_a_reply_and_its_author_does_not(calls, thread, ada, bob, cora) -> None:
    calls(bob)("POST", f"/{thread.pk}", text="Ask @cora@example.org")
    assert waiting() == {"Ada": "reply", "Cora": "mention"}
    send_all()
    calls(cora)("POST", f"/{thread.pk}", text="I do not know, @cora@example.org")

    assert waiting() == {"Ada": "reply", "Bob": "reply"}


def test_a_change_tells_only_whom_it_newly_mentions(calls, ada, bob, vera) -> None:
    thread = calls(ada).begin("@bob@example.org?").json()
    address = f"/{thread['id']}/{thread['comments'][0]['id']}"
    send_all()
    changed = calls(ada)("PATCH", address, text="@bob@example.org and @vera@example.org?").json()

    assert waiting() == {"Vera": "mention"}
    assert [person["name"] for person in changed["comments"][0]["mentions"]] == ["Bob", "Vera"]


@pytest.mark.parametrize("text", ["@cleo@example.org", "mail bob@example.org", "@bob", "@@bob@example.org@", "＠bob"])
def test_nobody_else_is_mentioned(calls, ada, cleo, bob, text) -> None:
    assert calls(ada).begin(text).json()["comments"][0]["mentions"] == []
    assert waiting() == {}


def test_an_address_ends_where_japanese_goes_on(calls, ada, bob) -> None:
    calls(ada).begin("見て@bob@example.orgさん。")

    assert waiting() == {"Bob": "mention"}


def test_a_letter_is_in_the_language_of_its_reader(calls, ada, bob, mailoutbox, notebook) -> None:
    bob.locale = "ja"
    bob.save(update_fields=["locale"])
    calls(ada).begin("@bob@example.org どう?")
    send_all()

    assert mailoutbox[0].subject == f"Ada さんが「{notebook.name}」であなたをメンションしました"
    assert "コメントを開いて返信できます" in mailoutbox[0].body


def test_who_may_no_longer_know_is_not_told(calls, notebook, ada, bob, cora, mailoutbox) -> None:
    calls(ada).begin("@bob@example.org")
    set_shares(notebook, {cora.email: "commenter"})
    send_all()

    assert (mailoutbox, states()) == ([], {"dropped"})


def test_nothing_is_told_of_what_is_in_the_trash_or_deleted(calls, notebook, thread, ada, bob, mailoutbox) -> None:
    first = calls(ada).begin("@bob@example.org").json()
    calls(bob)("POST", f"/{first['id']}", text="Yes?")
    calls(ada)("DELETE", f"/{first['id']}/{first['comments'][0]['id']}")
    send_all()
    assert [letter.to for letter in mailoutbox] == [[ada.email]]

    calls(ada).begin("@bob@example.org")
    trash_notebook(notebook)
    send_all()
    assert len(mailoutbox) == 1 and not Letter.objects.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_p23_a_task_that_comes_four_times_at_once_sends_one_letter(calls, ada, bob, mailoutbox, monkeypatch) -> None:
    calls(ada).begin("@bob@example.org")
    [letter] = Letter.objects.waiting()
    together = threading.Barrier(4)

    def send() -> None:
        together.wait(10)
        tasks.send_letter(letter.pk)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    tasks.send_letter(letter.pk)

    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_p24_without_redis_a_comment_is_written_and_its_letter_waits(calls, ada, bob, mailoutbox, monkeypatch) -> None:
    def away(*_, **__):
        raise OperationalError("Redis is away")

    monkeypatch.setattr(tasks.send_letter, "apply_async", away)
    assert calls(ada).begin("@bob@example.org").status_code == 201
    assert waiting() == {"Bob": "mention"}

    monkeypatch.setattr(letters, "GRACE", timedelta(0))
    tasks.sweep()
    assert [letter.to for letter in mailoutbox] == [[bob.email]]


class Moody(EmailBackend):
    """A mail server that is away at times, and never takes letters to Vera."""

    is_away = False

    def send_messages(self, messages):
        if self.is_away or "vera@example.org" in messages[0].to:
            raise smtplib.SMTPServerDisconnected("not now")
        return super().send_messages(messages)


@pytest.fixture
def moody(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    monkeypatch.setattr("django.core.mail.get_connection", lambda *_, **__: Moody())
    monkeypatch.setattr(letters, "GRACE", timedelta(0))
    return Moody


def test_while_the_mail_server_is_away_letters_wait_and_then_go(
    calls, ada, bob, mailoutbox, moody, monkeypatch
) -> None:
    calls(ada).begin("@bob@example.org")
    monkeypatch.setattr(moody, "is_away", True)
    send_all()
    tasks.sweep()
    assert (mailoutbox, states()) == ([], {"waiting"})

    monkeypatch.setattr(moody, "is_away", False)
    tasks.sweep()
    assert [letter.to for letter in mailoutbox] == [[bob.email]]


def test_one_letter_that_is_never_taken_holds_up_no_other_and_ends(calls, ada, bob, vera, mailoutbox, moody) -> None:
    calls(ada).begin("@vera@example.org")
    tasks.sweep()
    calls(ada).begin("@bob@example.org")
    tasks.sweep()
    assert [letter.to for letter in mailoutbox] == [[bob.email]]

    Letter.objects.waiting().update(created_at=timezone.now() - letters.PATIENCE - timedelta(hours=1))
    tasks.sweep()
    assert states() == {"sent", "failed"}


def test_a_fresh_letter_is_left_to_its_own_task(calls, ada, bob, mailoutbox) -> None:
    calls(ada).begin("@bob@example.org")
    tasks.sweep()

    assert waiting() == {"Bob": "mention"}


def test_p58_hostile_names_and_texts_stay_text_in_a_letter(calls, notebook, ada, bob, mailoutbox) -> None:
    ada.name = "Eve\r\nBcc: victim@example.org\n<script>alert(1)</script>"
    ada.save(update_fields=["name"])
    calls(ada).begin("@bob@example.org <b>&\nTomoni says:\u2028sign in at http://evil.example", quote="<i>\nq")
    send_all()

    [letter] = mailoutbox
    assert letter.content_subtype == "plain"
    assert letter.recipients() == [bob.email] and "\n" not in letter.subject
    theirs = [line for line in letter.body.splitlines() if re.search("evil|says|<b>|<i>|^> q", line)]
    assert len(theirs) == 5 and all(line.startswith("> ") for line in theirs)
    assert "&lt;" not in letter.body and "&amp;" not in letter.body
