"""A message and its answers, for who sent it and nobody else."""

import pytest

from accounts.models import Mail
from feedback import services, tasks
from feedback.models import Remark
from feedback.services import Message, receive
from tests.feedback.conftest import png

pytestmark = pytest.mark.django_db


def test_its_sender_reads_the_answer_and_no_note(client, ada, root, message):
    services.answer(message, root, "Which library?")
    services.note(message, root, "Probably ours.")
    client.force_login(ada)
    page = client.get(f"/feedback/{message.pk}").content.decode()
    assert "The plot is empty." in page and "Which library?" in page and "Answer by Root" in page
    assert "Probably ours." not in page
    assert "> Which library?" in Mail.objects.get(to=ada.email).text


def test_its_sender_adds_something_and_it_is_open_again(client, ada, root, message):
    services.answer(message, root, "Which library?")
    client.force_login(ada)
    assert client.post(f"/feedback/{message.pk}", {"text": "matplotlib"}).status_code == 302
    message.refresh_from_db()
    assert message.state == "open" and Remark.objects.filter(text="matplotlib", author=ada).exists()
    assert Mail.objects.filter(subject__contains="More about", text__contains="> matplotlib").exists()
    assert client.post(f"/feedback/{message.pk}", {"text": " "}).status_code == 422


def test_for_others_it_does_not_exist(client, bob, root, message):
    assert client.get(f"/feedback/{message.pk}").status_code == 404
    for person in (bob, root):
        client.force_login(person)
        assert client.get(f"/feedback/{message.pk}").status_code == 404
        assert client.post(f"/feedback/{message.pk}", {"text": "x"}).status_code == 404


def test_who_has_no_account_comes_by_the_key_and_it_opens_nothing_else(client, message):
    mine = receive(None, Message("It is broken.", email="guest@example.org"), "en")
    assert client.get(f"/feedback/{mine.pk}?key={mine.key}").status_code == 200
    for address in (f"{mine.pk}?key=x", f"{mine.pk}?key=日本", f"{mine.pk}", f"{message.pk}?key={mine.key}"):
        assert client.get(f"/feedback/{address}").status_code == 404
    # The key of somebody with an account is of no use: they sign in.
    assert client.get(f"/feedback/{message.pk}?key={message.key}").status_code == 404


def test_p58_what_was_written_does_nothing_on_the_page(client, ada, message):
    services.reply(message, ada, "<script>alert(1)</script>")
    client.force_login(ada)
    assert "&lt;script&gt;alert(1)" in client.get(f"/feedback/{message.pk}").content.decode()


def test_the_picture_is_shown_once_it_is_harmless(client, ada, bob, root):
    row = receive(ada, Message("See this.", screenshot=png()), "en")
    client.force_login(ada)
    assert client.get(f"/feedback/{row.pk}/screenshot").status_code == 404
    tasks.complete(row.pk)
    shown = client.get(f"/feedback/{row.pk}/screenshot")
    assert shown["Content-Type"] == "image/png" and shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]
    for person, status in ((bob, 404), (root, 200)):
        client.force_login(person)
        assert client.get(f"/feedback/{row.pk}/screenshot").status_code == status
