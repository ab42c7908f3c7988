"""Letters: to who is mentioned, takes part or owns the notebook, gathered, once, and only to who may still know."""

import re
import smtplib

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from accounts import mailing
from accounts.models import Mail
from notebooks.comments.models import Letter, Wish
from notebooks.comments.wishes import wish
from notebooks.documents.services import trash_notebook
from notebooks.sharing.services import set_shares

pytestmark = pytest.mark.django_db


def untold() -> dict[str, str]:
    """Who is to be told, and why."""
    return dict(Letter.objects.untold().values_list("person__name", "why"))


def states() -> set[str]:
    return set(Mail.objects.values_list("state", flat=True))


def send_all() -> None:
    for mail in Mail.objects.filter(state="waiting").order_by("pk"):
        mailing.send(mail.pk)


def test_who_is_mentioned_gets_a_letter_that_leads_to_the_thread(
    calls, bob, cora, mailoutbox, notebook, settings
) -> None:
    thread = calls(cora).begin("@Bob@example.org, see\nthis?", quote="x = 1").json()
    send_all()

    [letter] = [letter for letter in mailoutbox if letter.to == [bob.email]]
    assert letter.subject == f"Cora mentioned you in “{notebook.name}”"
    assert "\n> @Bob, see\n> this?\n" in letter.body and "\n> x = 1\n" in letter.body
    assert f"\n{settings.TOMONI_ADDRESS}/notebooks/{notebook.pk}#comment={thread['id']}\n" in letter.body
    assert states() == {"sent"}
    [mention] = thread["comments"][0]["mentions"]
    assert mention == {"id": bob.pk, "name": "Bob", "email": bob.email}


def test_those_who_take_part_hear_of_a_reply_and_its_author_does_not(calls, thread, ada, bob, cora) -> None:
    calls(bob)("POST", f"/{thread.pk}", text="Ask @cora@example.org")
    assert untold() == {"Ada": "reply", "Cora": "mention"}
    send_all()
    calls(cora)("POST", f"/{thread.pk}", text="I do not know, @cora@example.org")

    assert untold() == {"Ada": "reply", "Bob": "reply"}


def test_a_change_tells_only_whom_it_newly_mentions(calls, ada, bob, vera) -> None:
    thread = calls(ada).begin("@bob@example.org?").json()
    address = f"/{thread['id']}/{thread['comments'][0]['id']}"
    send_all()
    changed = calls(ada)("PATCH", address, text="@bob@example.org and @vera@example.org?").json()

    assert untold() == {"Vera": "mention"}
    assert [person["name"] for person in changed["comments"][0]["mentions"]] == ["Bob", "Vera"]


@pytest.mark.parametrize("text", ["@cleo@example.org", "mail bob@example.org", "@bob", "@@bob@example.org@", "＠bob"])
def test_nobody_else_is_mentioned(calls, ada, cleo, bob, text) -> None:
    assert calls(ada).begin(text).json()["comments"][0]["mentions"] == []
    assert untold() == {}


def test_an_address_ends_where_japanese_goes_on(calls, ada, bob) -> None:
    calls(ada).begin("見て@bob@example.orgさん。")

    assert untold() == {"Bob": "mention"}


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
    assert len(mailoutbox) == 1 and not Letter.objects.untold().exists()


class Moody(EmailBackend):
    """A mail server that is away at times."""

    is_away = False

    def send_messages(self, messages):
        if self.is_away:
            raise smtplib.SMTPServerDisconnected("not now")
        return super().send_messages(messages)


def test_what_no_mail_server_took_is_untold_and_told_later(calls, ada, bob, mailoutbox, settings, monkeypatch) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    monkeypatch.setattr(Moody, "is_away", True)
    calls(ada).begin("@bob@example.org")
    send_all()
    assert (mailoutbox, states(), untold()) == ([], {"waiting"}, {"Bob": "mention"})

    monkeypatch.setattr(Moody, "is_away", False)
    send_all()
    assert [letter.to for letter in mailoutbox] == [[bob.email]]
    assert untold() == {}


def test_a_letter_waits_for_what_else_is_said(calls, ada, bob, settings) -> None:
    calls(ada).begin("@bob@example.org")

    mail = Mail.objects.get()
    assert (mail.due_at - mail.created_at).total_seconds() == pytest.approx(settings.TOMONI_COMMENT_MAIL_SECONDS, abs=5)


def test_what_is_said_meanwhile_is_one_letter(calls, notebook, ada, bob, mailoutbox) -> None:
    first = calls(ada).begin("@bob@example.org, one").json()
    calls(ada)("POST", f"/{first['id']}", text="two")
    second = calls(ada).begin("@bob@example.org, three").json()
    send_all()

    [letter] = mailoutbox
    assert letter.subject == f"3 new comments on “{notebook.name}”"
    assert re.findall("^> .*(one|two|three)$", letter.body, re.M) == ["one", "two", "three"]
    assert letter.body.count(f"#comment={first['id']}\n") == 2 and f"#comment={second['id']}\n" in letter.body
    assert states() == {"sent", "dropped"}


def test_the_owner_hears_of_all_and_others_of_what_is_for_them(calls, notebook, ada, bob, cora, mailoutbox) -> None:
    calls(cora).begin("How odd")
    assert untold() == {"Ada": "owner"}
    send_all()

    assert mailoutbox[0].subject == f"Cora commented on “{notebook.name}”"
    assert "because the notebook is yours" in mailoutbox[0].body


@pytest.mark.parametrize(
    ("which", "expected"), [("all", ["said", "for @Ada"]), ("mine", ["for @Ada"]), ("none", [])], ids=str
)
def test_everybody_says_what_they_want_to_hear(calls, ada, cora, mailoutbox, which, expected) -> None:
    wish(ada, Wish.Which(which))
    for text in ("said", "for @ada@example.org"):
        calls(cora).begin(text)
        send_all()

    assert [re.findall("^> (.*)$", letter.body, re.M) for letter in mailoutbox] == [[text] for text in expected]


def link_in(letter) -> str:
    [link] = re.findall(r"^http://\S+(/comments/mail/\S+)$", letter.body, re.M)
    return str(link)


def test_one_leaves_by_the_link_in_the_letter_without_signing_in(calls, client, ada, cora, mailoutbox) -> None:
    calls(cora).begin("said")
    send_all()
    client.logout()
    page = client.get(link_in(mailoutbox[0]))
    assert page.status_code == 200 and ada.email not in page.text and 'value="all" checked' in page.text
    client.post(link_in(mailoutbox[0]), {"which": "mine"})

    assert Wish.objects.get(person=ada).which == "mine"
    assert client.get(link_in(mailoutbox[0])[:-1]).status_code == 404
    assert client.post(link_in(mailoutbox[0]), {"which": "some"}).status_code == 404


def test_a_mail_program_unsubscribes_with_one_click(calls, ada, cora, mailoutbox, settings) -> None:
    calls(cora).begin("said")
    send_all()
    [letter] = mailoutbox
    headers = letter.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix(settings.TOMONI_ADDRESS)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200

    calls(cora).begin("said again")
    send_all()
    assert len(mailoutbox) == 1


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
