"""Agents of boxes that wait: their link stands before anybody needs it, and becomes a machine's link."""

import pytest
from channels.db import database_sync_to_async

from runtimes.allocation import pool_taking
from runtimes.allocation.boxes import fit_of
from runtimes.allocation.choosing import default_type
from runtimes.allocation.models import PoolBox, Runtime
from runtimes.allocation.services import request_runtime
from runtimes.allocation.tokens import digest_token

from .conftest import Agent, until


@pytest.fixture
def box(transactional_db):
    kind = default_type()
    return PoolBox.objects.create(type=kind, fit=fit_of(kind), token_digest=digest_token("token"))


@pytest.fixture
async def waiting(box):
    """Its agent, linked."""
    agent = Agent()
    assert await agent.dial()
    await agent.send(
        {"type": "hello", "protocol": 1, "boot": agent.boot, "session": agent.kernel_session, "kernel": "idle"}
    )
    await until(lambda: has_state(box, "waiting"))
    yield agent
    await agent.cut()


@database_sync_to_async
def has_state(box, state):
    return PoolBox.objects.filter(pk=box.pk, state=state).exists()


@database_sync_to_async
def runtimes():
    return list(Runtime.objects.values_list("pk", "state"))


async def test_the_link_of_a_box_that_waits_becomes_its_machines(box, waiting, open_page):
    page = await open_page()
    execution = await page.run("print(1)")

    welcome = await waiting.expect("welcome")
    assert (welcome["received"], welcome["generation"]) == (0, 1)
    assert welcome["lifetime"] > 0
    order = await waiting.expect("execute")
    assert (order["execution"], order["code"]) == (str(execution), "print(1)")
    await waiting.accepts(execution)
    await waiting.prints(execution, "1\n")
    await waiting.finishes(execution)
    await page.expect_state(execution, "done")
    assert await runtimes() == [(box.pk, "ready")]


async def test_connect_takes_it_too(box, waiting, open_page):
    page = await open_page()
    reply = await page.ask("connect")

    assert reply["runtime"]["id"] == str(box.pk)
    await waiting.expect("welcome")


async def test_it_is_told_by_whoever_took_it_in_another_process(box, waiting, user, audience):
    await database_sync_to_async(request_runtime)(user, audience)

    await waiting.expect("welcome")


async def test_a_lost_hint_is_healed(box, waiting, user, audience, monkeypatch):
    monkeypatch.setattr(pool_taking, "send_taken", lambda name: None)
    await database_sync_to_async(request_runtime)(user, audience)

    await waiting.expect("welcome")


async def test_a_link_that_breaks_takes_its_box_out_of_the_pool_until_it_is_back(box, waiting):
    await waiting.cut()
    await until(lambda: has_state(box, "starting"))

    again = Agent(boot=waiting.boot)
    assert await again.dial()
    await again.send({"type": "hello", "protocol": 1, "boot": again.boot, "session": "session-1", "kernel": "idle"})
    await until(lambda: has_state(box, "waiting"))
    await again.cut()


async def test_taken_while_its_link_was_down_it_is_the_machines_when_it_dials_again(box, waiting, user, audience):
    await waiting.socket.cut()
    await database_sync_to_async(PoolBox.objects.update)(state="waiting")  # the process that held it was killed
    await database_sync_to_async(request_runtime)(user, audience)

    again = Agent(boot=waiting.boot)
    welcome = await again.link()

    assert welcome["received"] == 0
    assert await runtimes() == [(box.pk, "ready")]
    await again.cut()


async def test_a_box_that_was_ended_is_told_to_dial_again_and_learns_that_it_is_over(box, waiting):
    await database_sync_to_async(PoolBox.objects.all().delete)()

    assert await waiting.socket.closed() == 4409
    assert not await Agent().dial()
