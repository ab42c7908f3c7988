"""Whatever breaks between agent and platform, each output is kept exactly once (P01, P39, P89)."""

import asyncio
import random

import django.db
import pytest

from runtimes.execution import session as sessions
from runtimes.execution.record import write_record

from .conftest import Agent, make_runtime, row_of, stdout_of

COUNTER = [f"{number}\n" for number in range(40)]


async def test_p89_an_agent_without_a_valid_token_gets_no_link(agent):
    agent.token = "guessed"
    assert not await agent.dial()


async def test_p89_a_token_of_a_machine_that_is_gone_gets_no_link(agent, runtime):
    await runtime.__class__.objects.filter(pk=runtime.pk).aupdate(state="gone")
    assert not await agent.dial()


async def test_p39_a_cut_link_loses_and_doubles_nothing(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.accepts(execution)
    chance = random.Random(39)
    for line in COUNTER:
        await agent.prints(execution, line)
        if chance.random() < 0.25:
            await asyncio.sleep(chance.random() * 0.1)
            await agent.cut()
            await agent.link_again()
    await agent.finishes(execution)
    await agent.acknowledged()
    assert await stdout_of(runtime, execution) == "".join(COUNTER)
    assert (await row_of(execution)).state == "done"


async def test_p39_frames_that_were_sent_before_are_passed_over(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.prints(execution, "once\n")
    await agent.acknowledged()
    await agent.send(agent.said[-1])
    await agent.finishes(execution)
    await agent.acknowledged()
    assert await stdout_of(runtime, execution) == "once\n"


async def test_p39_a_gap_closes_the_link(agent):
    await agent.link()
    agent.number += 1
    await agent.say(type="kernel", state="idle", session="session-1")
    assert await agent.socket.closed() == 4409


async def test_p04_a_commit_that_fails_ends_the_link_and_is_made_good(agent, open_page, runtime, monkeypatch):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.accepts(execution)

    def no_database(record):
        raise django.db.OperationalError("the database is away")

    monkeypatch.setattr(sessions, "write_record", no_database)
    await agent.prints(execution, "kept\n")
    assert await agent.socket.closed() == 4409
    monkeypatch.setattr(sessions, "write_record", write_record)
    await agent.cut()
    await agent.link_again()
    await agent.finishes(execution)
    await agent.acknowledged()
    assert await stdout_of(runtime, execution) == "kept\n"


async def test_p39_a_commit_whose_answer_was_lost_is_not_repeated(agent, open_page, runtime, monkeypatch):
    await agent.link()
    execution = await (await open_page()).run()

    def answer_is_lost(record):
        write_record(record)
        raise django.db.OperationalError("the connection broke")

    monkeypatch.setattr(sessions, "write_record", answer_is_lost)
    await agent.prints(execution, "once\n")
    assert await agent.socket.closed() == 4409
    monkeypatch.setattr(sessions, "write_record", write_record)
    await agent.cut()
    assert (await agent.link_again())["received"] == agent.number
    await agent.finishes(execution)
    await agent.acknowledged()
    assert await stdout_of(runtime, execution) == "once\n"


async def test_p89_a_second_link_with_the_same_token_replaces_the_first(agent, runtime):
    assert (await agent.link())["generation"] == 1
    thief = Agent()
    assert (await thief.link())["generation"] == 2
    assert await agent.socket.closed() == 4408
    await thief.cut()


async def test_p89_what_an_older_link_says_is_not_written_down(agent, open_page, runtime):
    """As when the newer link is in another process, which we cannot see."""
    await agent.link()
    execution = await (await open_page()).run()
    await runtime.__class__.objects.filter(pk=runtime.pk).aupdate(generation=9)
    await agent.prints(execution, "from a fenced link\n")
    assert await agent.socket.closed() == 4408
    assert await stdout_of(runtime, execution) == ""


async def test_a_run_that_was_sent_is_sent_again_to_the_same_agent(agent, open_page):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.expect("execute")
    await agent.cut()
    assert (await agent.link_again())["executions"] == [str(execution)]
    assert (await agent.expect("execute"))["execution"] == str(execution)


async def test_a_run_that_began_is_not_sent_again(agent, open_page):
    await agent.link()
    page = await open_page()
    execution = await page.run()
    await agent.accepts(execution)
    await agent.acknowledged()
    await agent.cut()
    await agent.link_again()
    second = await page.run()
    await agent.finishes(execution)
    assert (await agent.expect("execute"))["execution"] == str(second)


async def test_p07_a_new_agent_runs_nothing_of_the_old_one(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    running, waiting = await page.run(), await page.run()
    await agent.accepts(running)
    await agent.prints(running, "so far\n")
    await agent.acknowledged()
    await agent.cut()
    newcomer = Agent(boot="boot-2")
    welcome = await newcomer.link()
    assert (welcome["received"], welcome["executions"]) == (0, [])
    rows = [await row_of(execution) for execution in (running, waiting)]
    assert [row.state for row in rows] == ["aborted", "aborted"]
    assert "restarted" in rows[0].reason
    assert await stdout_of(runtime, running) == "so far\n"
    await newcomer.cut()


async def test_p07_a_run_that_may_have_begun_in_the_old_agent_is_unknown(agent, open_page):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.expect("execute")
    await agent.cut()
    newcomer = Agent(boot="boot-2")
    await newcomer.link()
    assert (await row_of(execution)).state == "unknown"
    await newcomer.cut()


@pytest.mark.parametrize("hello", [{}, {"type": "hello", "protocol": 9}, [], "hello"])
async def test_a_link_begins_with_a_hello(agent, hello):
    await agent.dial()
    await agent.send(hello)
    assert await agent.socket.closed() == 4403


async def test_p90_two_machines_do_not_mix(agent, open_page, user, runtime):
    from channels.db import database_sync_to_async

    await agent.link()
    await database_sync_to_async(make_runtime)(user, "another notebook", "other token")
    other = Agent("other token")
    await other.link()
    execution = await (await open_page()).run()
    await other.prints(execution, "forged\n")
    await other.finishes(execution)
    await other.acknowledged()
    assert (await row_of(execution)).state == "sent"
    assert await stdout_of(runtime, execution) == ""
    await other.cut()
