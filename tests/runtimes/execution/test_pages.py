"""What a page may ask of its machine, and what it is told without asking."""

import asyncio
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError

from accounts.models import User
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import Reason
from runtimes.execution import commands, consumers, hub, session
from runtimes.execution.record import write_record
from runtimes.execution.rights import Rights
from runtimes.execution.threads import in_thread

from .conftest import Roles, result_of, row_of


async def test_a_page_without_a_machine_is_told_so(open_page):
    page = await open_page()
    assert await page.expect("status") == {"type": "status", "runtime": None, "link": True}


async def test_p93_connect_twice_gives_one_machine(open_page):
    one, other = await open_page(), await open_page()
    replies = await asyncio.gather(one.ask("connect"), other.ask("connect"))
    assert len({reply["runtime"]["id"] for reply in replies}) == 1
    assert await Runtime.objects.acount() == 1


async def test_the_status_follows_the_link(agent, open_page):
    page = await open_page()
    assert (await page.expect("status"))["runtime"]["state"] == "starting"
    await agent.link()
    while (status := await page.expect("status"))["runtime"]["state"] != "ready":
        pass
    assert status["link"]
    await agent.cut()
    assert not (await page.expect("status"))["link"]
    await agent.link_again()
    assert (await page.expect("status"))["link"]


async def test_a_busy_kernel_is_told_at_once(agent, open_page):
    await agent.link()
    page = await open_page()
    await agent.say(type="kernel", state="busy", session="session-1")
    while (await page.expect("status"))["runtime"]["kernel"] != "busy":
        pass


async def test_the_end_of_a_machine_is_told_with_its_reason(agent, open_page, runtime):
    page = await open_page()
    await agent.link()
    await database_sync_to_async(reset)(runtime)
    while (status := await page.expect("status"))["runtime"]["state"] != "stopping":
        pass
    assert status["runtime"]["reason"] == "user"


def reset(runtime):
    runtime.refresh_from_db()
    assert reset_runtime(runtime, Reason.USER)


async def test_a_slow_start_becomes_a_sentence(open_page, runtime, settings):
    settings.TOMONI_CONNECT_PATIENCE_SECONDS = 0.1
    await asyncio.sleep(0.2)
    page = await open_page()
    while not (status := await page.expect("status")).get("retry"):
        pass
    assert "longer than it should" in status["message"]


@pytest.mark.parametrize("kind", ["connect", "run", "interrupt", "restart", "reset", "complete", "input_reply"])
async def test_p53_who_may_only_read_is_refused_and_stays_connected(open_page, roles, kind):
    roles.rights = Rights.LOOK
    page = await open_page()
    values = {"execution": str(uuid.uuid4()), "code": "1", "cursor": 0, "value": "x"}
    reply = await page.ask(kind, **values)
    assert (reply["type"], reply["code"]) == ("refused", "read-only")
    await page.socket.send({"type": "ping"})
    assert await page.expect("pong") == {"type": "pong"}
    assert await Runtime.objects.acount() == 0


async def test_a_role_that_is_taken_away_ends_within_seconds(agent, open_page, roles, monkeypatch):
    monkeypatch.setattr("runtimes.execution.consumers.TRUSTED_FOR", 0.05)
    page = await open_page()
    await page.run()
    roles.rights = Rights.LOOK
    await asyncio.sleep(0.1)
    assert (await page.ask("run", execution=str(uuid.uuid4()), code="1", cell="c"))["code"] == "read-only"


@pytest.mark.parametrize(("rights", "code"), [(Rights.NOTHING, 4404), (Rights.SIGNED_OUT, 4401)])
async def test_p66_who_may_not_even_look_is_sent_off(open_page, roles, monkeypatch, rights, code):
    monkeypatch.setattr("runtimes.execution.consumers.LOOK_EVERY", 0.05)
    page = await open_page()
    assert await page.expect("status")
    roles.rights = rights
    assert await page.socket.closed() == code
    stranger = await open_page()
    assert await stranger.socket.closed() == code


async def test_p04_while_the_database_is_away_nobody_is_sent_off(open_page, roles, monkeypatch):
    for name in ("LOOK_EVERY", "TRUSTED_FOR"):
        monkeypatch.setattr(f"runtimes.execution.consumers.{name}", 0.05)
    page = await open_page()

    async def away(*_):
        raise OperationalError("gone")

    monkeypatch.setattr(Roles, "__call__", away)
    await asyncio.sleep(0.2)
    assert (await page.ask("connect"))["code"] == "unavailable"
    monkeypatch.undo()
    assert (await page.ask("connect"))["type"] == "ok"


async def test_nobody_gets_in_without_signing_in(open_page):
    page = await open_page(who=AnonymousUser())
    assert await page.socket.closed() == 4401


async def test_p53_an_unknown_frame_is_refused_by_name(open_page):
    page = await open_page()
    reply = await page.ask("self_destruct")
    assert (reply["code"], "self_destruct" in reply["message"]) == ("unknown-type", True)


@pytest.mark.parametrize(
    "values",
    [
        {"execution": "no uuid", "code": "1"},
        {"execution": str(uuid.uuid4())},
        {"execution": str(uuid.uuid4()), "code": 1},
        {"execution": str(uuid.uuid4()), "code": "1", "cell": ["c"]},
        {"execution": str(uuid.uuid4()), "code": "1", "batch": "b" * 100},
    ],
)
async def test_p53_a_run_that_lacks_something_is_refused(open_page, values):
    page = await open_page()
    assert (await page.ask("run", **values))["code"] == "bad-frame"


async def test_p37_a_cell_of_strange_characters_is_run_as_it_is(agent, open_page):
    await agent.link()
    page = await open_page()
    await page.run("print('\0 \ud800 😀')")
    assert (await agent.expect("execute"))["code"] == "print('\0 \ud800 😀')"


async def test_p74_a_socket_that_floods_is_closed(open_page):
    page = await open_page()
    for _ in range(450):
        await page.socket.send({"type": "ping"})
    assert await page.socket.closed() == 4429


async def test_an_interrupt_drops_what_waits(agent, open_page):
    await agent.link()
    page = await open_page()
    running, waiting = await page.run(), await page.run()
    await page.socket.send({"type": "interrupt", "id": "i"})
    await agent.say(type="reply", id=(await agent.expect("interrupt"))["id"], ok=True, value={"responding": True})
    assert (await page.expect_state(waiting, "aborted"))["reason"] == "Interrupted before it began."
    assert (await row_of(running)).state == "sent"


async def test_an_interrupt_before_there_is_a_kernel_drops_what_waits(open_page):
    page = await open_page()
    waiting = await page.run()
    assert (await page.ask("interrupt"))["type"] == "ok"
    assert (await row_of(waiting)).state == "aborted"


async def test_a_machine_out_of_reach_is_a_sentence(open_page, runtime):
    await Runtime.objects.filter(pk=runtime.pk).aupdate(state="ready")
    page = await open_page()
    reply = await page.ask("restart")
    assert (reply["code"], reply["message"]) == ("no-link", commands.NO_LINK)


async def test_an_answer_that_does_not_come_is_a_sentence(agent, open_page, monkeypatch):
    monkeypatch.setattr(commands, "PATIENCE", 0.1)
    await agent.link()
    page = await open_page()
    assert (await page.ask("complete", code="x", cursor=1))["message"] == commands.BUSY


async def test_one_answer_to_a_question_wins(agent, open_page):
    await agent.link()
    page, other = await open_page(), await open_page()
    execution = str(await page.run("input('who? ')"))
    await agent.message(execution, "input_request", prompt="who? ", password=False)
    for tab in (page, other):
        assert (await tab.expect("input_request"))["prompt"] == "who? "
    assert (await page.ask("input_reply", execution=execution, value="Ada"))["type"] == "ok"
    assert (await other.ask("input_reply", execution=execution, value="Eve"))["code"] == "answered"
    assert (await agent.expect("input_reply"))["value"] == "Ada"
    assert (await other.expect("input_done"))["execution"] == execution


async def test_a_page_that_is_opened_later_is_asked_too(agent, open_page):
    await agent.link()
    execution = await (await open_page()).run("input()")
    await agent.message(execution, "input_request", prompt="? ", password=True)
    await agent.acknowledged()
    later = await (await open_page()).expect("input_request")
    assert (later["execution"], later["password"]) == (str(execution), True)


async def test_a_page_that_opens_while_the_question_is_written_down_is_asked_too(agent, open_page, monkeypatch):
    await agent.link()
    execution = await (await open_page()).run("input()")
    await agent.accepts(execution)
    await agent.acknowledged()
    may_write = asyncio.Event()

    async def in_thread_later(call, *arguments):
        if call is write_record:
            await may_write.wait()
        return await in_thread(call, *arguments)

    monkeypatch.setattr(session, "in_thread", in_thread_later)
    await agent.message(execution, "input_request", prompt="? ", password=False)
    page = await open_page()
    await page.expect("status")
    may_write.set()
    assert (await page.expect("input_request"))["execution"] == str(execution)


async def test_a_question_of_which_no_hint_came_is_asked_and_taken_back(agent, open_page, monkeypatch):
    monkeypatch.setattr(session, "tell_pages", lambda *_: None)
    monkeypatch.setattr(consumers, "LOOK_EVERY", 0.05)
    await agent.link()
    page, other = await open_page(), await open_page()
    execution = str(await page.run("input()"))
    await agent.message(execution, "input_request", prompt="? ", password=False)
    for tab in (page, other):
        assert (await tab.expect("input_request"))["execution"] == execution
    assert (await page.ask("input_reply", execution=execution, value="Ada"))["type"] == "ok"
    assert (await other.expect("input_done"))["execution"] == execution


async def test_a_question_whose_answer_was_lost_is_asked_again(agent, open_page):
    await agent.link()
    page = await open_page()
    execution = await page.run("input()")
    await agent.message(execution, "input_request", prompt="? ", password=False)
    await page.expect("input_request")
    await page.ask("input_reply", execution=str(execution), value="lost")
    await agent.cut()
    await agent.link_again()
    await page.expect("input_request")
    assert (await page.ask("input_reply", execution=str(execution), value="again"))["type"] == "ok"
    assert (await agent.expect("input_reply"))["value"] == "again"


async def test_a_second_machine_of_somebody_else_stays_theirs(agent, open_page, audience, runtime):
    await agent.link()
    bob = await database_sync_to_async(User.objects.create_user)("bob@example.org", name="Bob")
    page = await open_page(who=bob)
    assert (await page.ask("restart"))["code"] == "no-runtime"
    execution = await page.run()
    assert (await row_of(execution)).runtime_id != runtime.pk


async def test_catching_up_gives_what_a_page_lacks(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    done, running = await page.run(), await page.run()
    await agent.prints(done, "a\n")
    await agent.finishes(done)
    await agent.expect("execute")
    await agent.prints(running, "b\n")
    await agent.acknowledged()
    frames: list[Any] = []
    known = {str(done): 0, str(running): 0, "nonsense": 3, str(uuid.uuid4()): 0}
    await hub.catch_up(runtime.audience, known, frames.append)
    texts = [op["output"]["text"] for frame in frames for op in frame.get("ops", ()) if op["op"] == "add"]
    states = [frame["execution"]["state"] for frame in frames if frame["type"] == "execution"]
    assert (texts, states) == (["a\n", "b\n"], ["done", "sent"])
    assert (await result_of(runtime, running))["number"] == 1
    wholes = {frame["execution"]: frame.get("whole", False) for frame in frames if frame["type"] == "ops"}
    assert wholes == {str(done): True, str(running): False}  # a page that hears more meanwhile must tell them apart
