"""A box that is kept warm: its agent dials when its kernel is ready, and that kernel looks like a fresh one."""

import asyncio
import json
import signal

import psutil
import pytest

IMPORTS = ["wsgiref.util", "no_such_package"]
LOOK = """
import json, os, sys
print(json.dumps({
    "count": get_ipython().execution_count, "names": sorted(n for n in dir() if not n.startswith("_")),
    "loaded": "wsgiref.util" in sys.modules, "told": [n for n in os.environ if n.startswith("TOMONI")],
    "inputs": len(In), "outputs": len(Out), "history": [row[2] for row in get_ipython().history_manager.get_range()],
}))
"""


@pytest.fixture
async def look(platform_end, start_agent):
    """What the first cell finds in an agent with these settings."""

    async def look(**settings):
        agent = await start_agent(**settings)
        story = await platform_end.run(LOOK)
        agent.terminate()
        await agent.wait()
        platform_end.received = 0
        return json.loads(story.text())

    return look


async def test_its_kernel_is_ready_when_it_dials(start_agent, platform_end):
    await start_agent(waits_seconds=60, imports=IMPORTS)
    await platform_end.linked()

    assert platform_end.hellos[0]["kernel"] == "idle"
    assert platform_end.hellos[0]["session"]


async def test_the_first_cell_finds_a_fresh_kernel(look):
    warm, fresh = await look(waits_seconds=60, imports=IMPORTS), await look()

    assert (warm.pop("loaded"), fresh.pop("loaded")) == (True, False)
    assert warm == fresh
    assert (warm["inputs"], warm["told"], warm["history"]) == (2, [], [LOOK.rstrip()])


async def test_the_next_session_is_fresh_too(start_agent, platform_end):
    await start_agent(waits_seconds=60, imports=IMPORTS)
    await platform_end.linked()
    assert (await platform_end.ask("restart"))["ok"]

    story = await platform_end.run("import sys; print('wsgiref.util' in sys.modules)")
    assert story.text() == "False\n"


async def test_its_lifetime_begins_with_the_welcome(start_agent, platform_end):
    platform_end.lifetime = 1.5
    agent = await start_agent(waits_seconds=60, lifetime_seconds=600)
    await platform_end.linked()

    assert await asyncio.wait_for(agent.wait(), 20) == 0


async def test_one_that_nobody_needs_ends_by_itself(start_agent, platform_end):
    platform_end.welcoming = False
    agent = await start_agent(waits_seconds=0.5)
    await platform_end.linked()

    assert await asyncio.wait_for(agent.wait(), 20) == 0


async def test_while_it_waits_it_answers_pings(start_agent, platform_end):
    platform_end.welcoming = False
    await start_agent(waits_seconds=60)
    await platform_end.linked()
    await platform_end.send(type="ping")

    await platform_end.until(lambda: {"type": "pong"} in platform_end.unnumbered)


async def test_one_whose_kernel_dies_ends(start_agent, platform_end):
    platform_end.welcoming = False
    agent = await start_agent(waits_seconds=60)
    await platform_end.linked()
    psutil.Process(agent.pid).children()[0].send_signal(signal.SIGKILL)

    assert await asyncio.wait_for(agent.wait(), 20) == 0
