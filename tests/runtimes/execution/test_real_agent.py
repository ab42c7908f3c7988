"""The whole path with the real agent and a real kernel: a page's frame in, outputs at the page and in the database."""

import asyncio
import json
import os
import socket
import statistics
import sys
import time
import uuid
from pathlib import Path

import pytest
import uvicorn
from channels.db import database_sync_to_async
from channels.routing import ProtocolTypeRouter

from config.routing import agents
from runtimes.execution import hub
from runtimes.execution.services import nbformat_outputs

from .conftest import result_of, stdout_of
from .sockets import PATIENCE

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def served(tmp_path):
    """The agent link on a unix socket, served by uvicorn in this process."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "agent.sock"))
    application = ProtocolTypeRouter({"websocket": agents})
    config = uvicorn.Config(
        application, ws="websockets-sansio", log_level="warning", lifespan="off", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield tmp_path / "agent.sock"
    server.should_exit = True
    await serving


@pytest.fixture
async def real_agent(served, runtime, tmp_path):
    (tmp_path / "content").mkdir()
    configuration = {"url": f"unix:{served}", "token": "token", "runtime": str(runtime.pk), "lifetime_seconds": 600}
    folders = {"content": str(tmp_path / "content"), "scratch": str(tmp_path)}
    (tmp_path / "agent.json").write_text(json.dumps({**configuration, **folders}))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "runtimes"), "IPYTHONDIR": str(tmp_path / "ipython")}
    environment.pop("PYTEST_CURRENT_TEST", None)
    command = [sys.executable, "-m", "agent", "--config", str(tmp_path / "agent.json")]
    agent = await asyncio.create_subprocess_exec(*command, env=environment, cwd=tmp_path)
    yield agent
    if agent.returncode is None:
        agent.terminate()
    await asyncio.wait_for(agent.wait(), 15)


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
