"""The whole path with the real agent and a real kernel: a page's frame in, outputs at the page and in the database."""

import asyncio
import statistics
import time
import uuid

import pytest
from channels.db import database_sync_to_async

from runtimes.execution import hub
from runtimes.execution.services import nbformat_outputs

from .conftest import result_of, stdout_of
from .machine import agent_link, running_agent
from .sockets import PATIENCE


@pytest.fixture
async def real_agent(runtime, tmp_path):
    async with agent_link(tmp_path) as link, running_agent(link, runtime, tmp_path) as agent:
        yield agent


async def test_a_notebook_runs_from_top_to_bottom(real_agent, open_page, runtime):
    page = await open_page()
    cells = ["x = 40 + 2", "print(x)", "from IPython.display import HTML; HTML('<b>x</b>')", "1/0", "print('not run')"]
    ids = [await page.run(cell, batch="all") for cell in cells]
    await page.expect_state(ids[3], "failed")
    await page.expect_state(ids[4], "aborted")
    exported = await database_sync_to_async(nbformat_outputs)(runtime.audience, ids)
    assert [count for count, _ in exported.values()] == [1, 2, 3, 4, None]
    assert exported[str(ids[1])][1] == [{"output_type": "stream", "name": "stdout", "text": "42\n"}]
    assert exported[str(ids[2])][1][0]["data"]["text/html"] == "<b>x</b>"
    assert exported[str(ids[3])][1][0]["ename"] == "ZeroDivisionError"


async def test_input_completion_interruption_and_restart(real_agent, open_page, runtime):
    page = await open_page()
    asking = await page.run("name = input('who? '); print('hello', name)")
    assert (await page.expect("input_request"))["prompt"] == "who? "
    assert (await page.ask("input_reply", execution=str(asking), value="Ada"))["type"] == "ok"
    await page.expect_state(asking, "done")
    assert "hello Ada" in await stdout_of(runtime, asking)

    found = await page.ask("complete", code="'😀'; nam", cursor=9)
    assert ("name" in found["matches"], found["from"], found["to"]) == (True, 6, 9)
    assert (await page.ask("inspect", code="len", cursor=2, detail=0))["found"]

    endless = await page.run("while True: pass")
    await page.expect_state(endless, "running")
    assert (await page.ask("interrupt"))["type"] == "ok"
    await page.expect_state(endless, "failed")

    assert (await page.ask("restart"))["type"] == "ok"
    fresh = await page.run("name")
    assert (await page.expect_state(fresh, "failed"))["count"] == 1


async def test_p33_a_killed_kernel_says_so_and_the_next_run_gets_a_fresh_one(real_agent, open_page):
    page = await open_page()
    dying = await page.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert "SIGKILL" in (await page.expect_state(dying, "failed"))["reason"]
    fresh = await page.run("1")
    assert (await page.expect_state(fresh, "done"))["count"] == 1


async def test_p28_a_flood_is_trimmed_and_kept(real_agent, open_page, runtime):
    page = await open_page()
    flood = await page.run("for i in range(200_000): print(i)")
    async with asyncio.timeout(60):
        await page.expect_state(flood, "done")
    [output] = (await result_of(runtime, flood))["outputs"]
    shown = output["text"].count("\n")
    assert shown + output["hidden"]["lines"] == 200_000
    assert len(output["text"]) == 2**20
    [(_, [exported])] = (await database_sync_to_async(nbformat_outputs)(runtime.audience, [flood])).values()
    assert exported["text"] == "".join(f"{number}\n" for number in range(200_000))


async def test_the_round_trip_is_short(real_agent, open_page, heard, capsys):
    page = await open_page()
    await page.expect_state(await page.run("1"), "done")
    times = [await round_trip(page, heard) for _ in range(30)]
    with capsys.disabled():
        print(f"\nround trip: median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms")


async def round_trip(page, heard):
    """Milliseconds from a page's frame to the first output at the notebook's pages."""
    execution = str(uuid.uuid4())
    printed = asyncio.Event()

    def listen(frame):
        if frame["type"] == "ops" and frame["execution"] == execution:
            printed.set()

    started = time.perf_counter()
    await hub.subscribe(page.audience, listen)
    await page.socket.send({"type": "run", "id": execution, "execution": execution, "code": "print(1)", "cell": "c"})
    await asyncio.wait_for(printed.wait(), PATIENCE)
    taken = (time.perf_counter() - started) * 1000
    await hub.unsubscribe(page.audience, listen)
    await page.expect_state(execution, "done")
    return taken
