"""POST /api/feedback: from pages and programs, signed in or not; bad input is a sentence and stores nothing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AccessToken
from feedback.models import Feedback, Screenshot
from feedback.services import MOST_DIAGNOSTICS, MOST_PICTURE, MOST_TEXT
from tests.feedback.conftest import only, png, token

pytestmark = pytest.mark.django_db


def test_a_message_is_stored_with_all_that_came_along_and_has_a_number(client, ada, notebook, send):
    client.force_login(ada)
    answer = send(
        page="/notebooks/x",
        diagnostics=json.dumps({"errors": [{"message": "500 /api/x", "request": "1a2b3c4d"}]}),
        content="x = 1",
        notebook=str(notebook.pk),
        screenshot=SimpleUploadedFile("shot.png", png(), "image/png"),
    )
    row = only()
    assert answer.status_code == 201
    assert answer.json() == {
        "number": row.pk,
        "name": f"F-{row.pk}",
        "url": f"http://localhost:8000/feedback/{row.pk}",
        "message": f"Thank you. Your message has the number F-{row.pk}.",
    }
    assert (row.sender, row.email, row.kind, row.text) == (ada, ada.email, "bug", "It is broken.")
    assert (row.page, row.content, row.notebook) == ("/notebooks/x", "x = 1", notebook.pk)
    assert row.diagnostics["errors"][0]["request"] == "1a2b3c4d"
    assert bytes(Screenshot.objects.get().raw or b"") == png()


def test_json_with_an_access_token_will_do(client, ada):
    _token, secret = AccessToken.objects.issue(ada, "script")
    answer = Client(enforce_csrf_checks=True).post(
        "/api/feedback", {"text": "Hello"}, "application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == 201 and only().sender == ada and only().kind == "idea"


def test_who_has_no_account_leaves_an_address_and_gets_a_key(send):
    url = send(email="guest@example.org").json()["url"]
    assert (only().sender, only().email) == (None, "guest@example.org")
    assert url.endswith(f"/feedback/{only().pk}?key={only().key}") and len(only().key) >= 32


def test_who_wants_no_answer_leaves_no_address(client, ada, send):
    client.force_login(ada)
    send(contact="false")
    assert only().email == ""


def test_the_same_message_twice_is_one(client, ada, send):
    client.force_login(ada)
    name = token()
    assert send(token=name).json()["number"] == send(token=name).json()["number"]
    assert Feedback.objects.count() == 1


def test_nobody_gets_anothers_message_by_its_token(client, ada, bob, send):
    client.force_login(ada)
    name = token()
    send(token=name)
    client.force_login(bob)
    assert send(token=name).status_code == 422
    assert Feedback.objects.count() == 1


def test_p57_a_notebook_that_one_may_not_see_is_not_named(client, cleo, notebook, send):
    client.force_login(cleo)
    assert send(notebook=str(notebook.pk)).status_code == 201
    assert only().notebook is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " \n"}, "Write what you want to tell us."),
        ({"text": "x" * (MOST_TEXT + 1)}, "The text is longer"),
        ({"kind": "praise"}, "Say what kind it is"),
        ({"email": "nobody"}, "This is not an email address"),
        ({"diagnostics": json.dumps({"x": "y" * MOST_DIAGNOSTICS})}, "Send the message without them"),
        ({"diagnostics": "{"}, "This could not be read: body."),
        ({"diagnostics": "[1]"}, "This could not be read: diagnostics."),
        ({"notebook": "../x"}, "This could not be read: notebook."),
        ({"screenshot": SimpleUploadedFile("x.png", b"x" * (MOST_PICTURE + 1))}, "larger than 8 MB"),
    ],
)
def test_bad_input_is_a_sentence_and_stores_nothing(send, fields, sentence):
    answer = send(**fields)
    assert answer.status_code == 422 and sentence in answer.json()["message"]
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "null"])
def test_a_body_that_is_no_message_is_refused(client, body):
    assert client.post("/api/feedback", body, "application/json").status_code == 422


def test_odd_characters_are_stored(client):
    body = {"text": "a\0b\ud800c 日本 🎉", "diagnostics": {"x": "\0\ud800"}}
    assert client.post("/api/feedback", json.dumps(body), "application/json").status_code == 201
    assert only().text == "ab?c 日本 🎉"
    assert "\0" not in only().diagnostics["x"]


def test_p68_one_person_sends_only_so_much_in_an_hour(client, ada, send, settings):
    settings.TOMONI_FEEDBACK_PER_HOUR = 2
    client.force_login(ada)
    assert [send().status_code for _ in range(3)] == [201, 201, 429]
    refused = send()
    assert "try again in" in refused.json()["message"] and int(refused["Retry-After"]) > 0
    assert Feedback.objects.count() == 2


def test_p68_strangers_of_one_network_too(send, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "feedback": "2/h/ip"}
    assert [send().status_code for _ in range(3)] == [201, 201, 429]


def test_p63_a_stranger_needs_the_token_of_our_page(client):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/api/feedback", {"text": "x"}).status_code == 403
    page = strict.get("/").content.decode()
    csrf = json.loads(page.split('<script id="feedback" type="application/json">')[1].split("</script>")[0])["csrf"]
    assert strict.post("/api/feedback", {"text": "x"}, headers={"X-CSRFToken": csrf}).status_code == 201


def test_the_thanks_are_in_the_senders_language(send, client):
    answer = client.post("/api/feedback", {"text": "x"}, headers={"Accept-Language": "ja"})
    assert "番号" in answer.json()["message"] and only().locale == "ja"
