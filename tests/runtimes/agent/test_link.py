"""Links break; nothing is missing and nothing comes twice (P39)."""

import asyncio
import random


async def test_p39_fifty_broken_links_lose_nothing_and_repeat_nothing(agent, platform_end):
    execution = await platform_end.execute(
        "import time\nfor i in range(1500):\n    print(i, flush=True)\n    time.sleep(0.004)"
    )
    for cuts in range(50):
        await platform_end.linked(cuts + 1)
        await asyncio.sleep(random.uniform(0, 0.06))
        platform_end.cut()

    await platform_end.finished(execution, within=60)
    assert platform_end.of(execution).text() == "".join(f"{i}\n" for i in range(1500))
    assert len(platform_end.hellos) > 50


async def test_p39_what_was_not_acknowledged_is_sent_again(agent, platform_end):
    platform_end.acknowledging = False
    await platform_end.run("print('once')")
    received = platform_end.received

    platform_end.cut()
    platform_end.received = received - 3  # what a platform that died before its commit has
    del platform_end.frames[-3:]
    await platform_end.linked(2)

    await platform_end.until(lambda: platform_end.received >= received)
    assert platform_end.hellos[0]["boot"] == platform_end.hellos[1]["boot"]


async def test_p01_code_runs_on_without_a_platform(agent, platform_end):
    execution = await platform_end.execute("import time\nfor i in range(20): print(i); time.sleep(0.05)")
    await platform_end.until(lambda: platform_end.first(type="accepted", execution=execution))
    await platform_end.close()
    platform_end.cut()
    await asyncio.sleep(1.5)
    await platform_end.open()

    end = await platform_end.finished(execution)
    assert end["status"] == "ok"
    assert platform_end.of(execution).text() == "".join(f"{i}\n" for i in range(20))


async def test_a_refused_token_ends_the_agent(agent, platform_end):
    platform_end.refusing = True
    platform_end.cut()

    assert await asyncio.wait_for(agent.wait(), 15) == 0


async def test_one_refusal_does_not(agent, platform_end):
    platform_end.refusing = True
    platform_end.cut()
    await platform_end.until_refused(1)
    platform_end.refusing = False

    await platform_end.linked(2)
    assert (await platform_end.run("print(1)")).text() == "1\n"


async def test_it_answers_pings_and_reports_what_the_monitor_measured(start_agent, platform_end, tmp_path):
    (tmp_path / "stats.json").write_text('{"memory": 5, "memory_limit": 10, "oom_kills": 0}')
    await start_agent()
    await platform_end.state("idle")

    await platform_end.send(type="ping")
    await platform_end.until(lambda: {"type": "pong"} in platform_end.unnumbered)
    await platform_end.until(lambda: any(frame["type"] == "resources" for frame in platform_end.unnumbered))
    figures = next(frame for frame in platform_end.unnumbered if frame["type"] == "resources")
    assert (figures["memory"], figures["memory_limit"]) == (5, 10)


async def test_shutdown_ends_it_and_its_kernel(agent, platform_end):
    story = await platform_end.run("import os; print(os.getpid())")
    await platform_end.send(type="shutdown")

    assert await asyncio.wait_for(agent.wait(), 10) == 0
    assert not is_alive(int(story.text()))


async def test_it_ends_with_its_lifetime_and_tells_what_it_aborted(start_agent, platform_end):
    agent = await start_agent(lifetime_seconds=4)
    execution = await platform_end.execute_when_linked("import time; time.sleep(60)")

    assert await asyncio.wait_for(agent.wait(), 15) == 0
    assert platform_end.of(execution).end["status"] == "aborted"


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
