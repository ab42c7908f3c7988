"""A kernel that dies says why, at the execution and for the page, and the next run gets a fresh one (P33)."""

import asyncio
import json

import pytest

DEATHS = [
    ("import os; os._exit(7)", "exit", "exited with code 7"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal", "ended by SIGKILL"),
    ("import ctypes; ctypes.string_at(0)", "signal", "segmentation fault"),
]


@pytest.mark.parametrize(("code", "cause", "words"), DEATHS)
async def test_p33_a_death_is_explained_and_the_next_run_works(agent, platform_end, code, cause, words):
    execution = await platform_end.execute(f"import time\nprint('last words')\ntime.sleep(0.5)\n{code}")
    waiting = await platform_end.execute("print('never')")

    end = await platform_end.finished(execution)
    dead = await platform_end.state("dead")

    assert end["status"] == "aborted"
    assert dead["cause"] == cause
    assert words in dead["reason"]
    assert end["reason"] == dead["reason"]
    assert platform_end.of(execution).text() == "last words\n"
    assert (await platform_end.finished(waiting))["status"] == "aborted"
    assert platform_end.of(waiting).text() == ""
    assert (await platform_end.run("print('alive')")).text() == "alive\n"


async def test_p33_running_out_of_memory_is_named_though_the_monitor_says_so_a_little_later(
    start_agent, platform_end, tmp_path
):
    measure(tmp_path, oom_kills=2)
    await start_agent()
    await platform_end.state("idle")

    execution = await platform_end.execute("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    await platform_end.until(lambda: platform_end.first(type="accepted", execution=execution))
    await asyncio.sleep(0.7)
    measure(tmp_path, oom_kills=3)

    end = await platform_end.finished(execution)
    dead = await platform_end.state("dead")
    assert dead["cause"] == "oom"
    assert "ran out of memory (it had used 12.0 GB of 12.0 GB)" in end["reason"]
    assert dead["detail"]["memory_peak"] == 12 * 1024**3


async def test_p33_an_earlier_kill_for_memory_does_not_explain_a_later_death(start_agent, platform_end, tmp_path):
    measure(tmp_path, oom_kills=2)
    await start_agent()
    await platform_end.state("idle")

    await platform_end.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    assert (await platform_end.state("dead"))["cause"] == "signal"


async def test_p33_a_kernel_killed_while_idle_is_told_of_too(agent, platform_end):
    await platform_end.run("import os, threading\nthreading.Timer(0.5, lambda: os._exit(3)).start()")

    assert (await platform_end.state("dead"))["detail"] == {"code": 3}


async def test_a_kernel_that_does_not_exist_is_said_and_does_not_end_the_agent(start_agent, platform_end):
    await start_agent(kernel="cobol")
    dead = await platform_end.state("dead")

    assert "cobol" in dead["reason"]
    story = await platform_end.run("print(1)")
    assert story.end["status"] == "aborted"
    assert "cobol" in story.end["reason"]


def measure(folder, oom_kills):
    """What the monitor outside the box writes."""
    figures = {"memory": 1, "memory_limit": 12 * 1024**3, "memory_peak": 12 * 1024**3, "oom_kills": oom_kills}
    (folder / "stats.json").write_text(json.dumps(figures))
