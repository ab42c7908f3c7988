"""Who may be at a notebook's socket and what they may do there, asked anew for each frame (P53, P56, P66)."""

import json
import uuid

import pytest
from django.contrib.sessions.models import Session

from notebooks.collaboration import frames
from notebooks.sharing.models import Grant
from notebooks.sharing.services import set_shares
from tests.notebooks.collaboration.pages import acommitted_text, in_thread, session_of, until

pytestmark = pytest.mark.usefixtures("quick")


async def test_a_stranger_finds_no_notebook(visits, cleo) -> None:
    page = await visits.connect(await in_thread(session_of, cleo))
    assert await page.closed() == 4404
    assert page.said == page.shown == []


async def test_a_notebook_that_is_not_there_looks_the_same(visits, cleo) -> None:
    page = await visits.connect(await in_thread(session_of, cleo), notebook=uuid.uuid4())
    assert await page.closed() == 4404


@pytest.mark.parametrize("cookie", ["", "forged"])
async def test_who_is_not_signed_in_is_asked_to(visits, cookie) -> None:
    page = await visits.connect(cookie)
    assert await page.closed() == 4401
    assert page.said == []


async def test_p53_a_viewers_edits_are_refused_and_the_socket_lives_on(visits, ada, vera, notebook) -> None:
    owner, viewer = await visits.open(ada), await visits.open(vera)
    source = viewer.source
    source += "mine"
    (update,) = viewer.take_edits()
    await viewer.send_update(update)
    await viewer.socket.send(frames.step_2(update))
    await until(lambda: len(viewer.of_type("refused")) == 2)
    assert [(frame["code"], frame["count"]) for frame in viewer.of_type("refused")] == [
        ("read-only", 1),
        ("read-only", 2),
    ]
    await owner.type("still here")
    await until(lambda: "still here" in viewer.text)
    assert await acommitted_text(notebook) == "still here"
    assert owner.text == "still here"


REQUESTS = ["run", "execute", "interrupt", "input_reply", "restart", "comment", "share", "open_file", "__init__", ""]


@pytest.mark.parametrize("kind", REQUESTS)
async def test_p53_a_frame_of_an_unknown_type_is_refused_by_name(visits, vera, kind) -> None:
    page = await visits.open(vera)
    await page.socket.send(json.dumps({"type": kind, "id": "7", "code": "print(1)", "execution": str(uuid.uuid4())}))
    await until(lambda: page.of_type("refused"))
    (refused,) = page.of_type("refused")
    assert (refused["id"], refused["code"]) == ("7", "unknown-type")
    assert repr(kind) in refused["message"]


@pytest.mark.parametrize("text", ["", "no json", "[]", "7", '{"type"', "{}", "[" * 50_000])
async def test_p53_text_that_is_no_frame_is_refused(visits, vera, text) -> None:
    page = await visits.open(vera)
    await page.socket.send(text)
    await until(lambda: page.of_type("refused"))
    assert page.of_type("refused")[0]["code"] == "bad-frame"
    await page.socket.send('{"type": "ping"}')
    await until(lambda: page.of_type("pong"))


async def test_p56_a_demotion_holds_within_seconds_and_is_told(visits, ada, bob, notebook) -> None:
    page = await visits.open(bob)
    await page.type("allowed")
    await page.saved()
    await in_thread(set_shares, notebook, {bob.email: "commenter"})
    await until(lambda: page.of_type("role"), seconds=5)
    assert page.of_type("role")[0]["role"] == "commenter"
    await page.type(" forbidden")
    await until(lambda: page.of_type("refused"))
    assert page.of_type("refused")[0]["code"] == "read-only"
    assert await acommitted_text(notebook) == "allowed"


async def test_p56_a_change_that_nobody_announced_is_noticed(visits, bob, notebook) -> None:
    page = await visits.open(bob)
    await in_thread(lambda: Grant.objects.filter(email=bob.email).update(role="viewer"))
    await until(lambda: page.of_type("role"), seconds=5)
    assert page.of_type("role")[0]["role"] == "viewer"


async def test_p56_who_loses_access_is_told_and_goes(visits, ada, bob, notebook) -> None:
    owner, page = await visits.open(ada), await visits.open(bob)
    await in_thread(set_shares, notebook, {})
    assert await page.closed() == 4404
    assert page.said[-1] == {"type": "role", "role": "none"}
    await owner.type("secret")
    await owner.saved()
    assert "secret" not in page.text


async def test_p66_signing_out_ends_the_socket(visits, bob) -> None:
    page = await visits.open(bob)
    await in_thread(lambda: Session.objects.all().delete())
    assert await page.closed() == 4401


async def test_p66_a_new_password_ends_the_socket(visits, bob) -> None:
    page = await visits.open(bob)

    def change():
        bob.set_password("another one, and longer")
        bob.save(update_fields=["password"])

    await in_thread(change)
    assert await page.closed() == 4401


async def test_p66_a_deactivated_account_ends_the_socket(visits, bob) -> None:
    page = await visits.open(bob)

    def deactivate():
        bob.is_active = False
        bob.save(update_fields=["is_active"])

    await in_thread(deactivate)
    assert await page.closed() == 4401
