"""Kernels, agents and boxes die, print without end or are asked for twice; the person is told, and goes on."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Caller, Runner, Typist, text_of
from tests.faults.boxes import agents_of
from tests.rounds import rounds
from tests.running import RunningPlatform, until

FORK_BOMB = """
import os, time
print("begun", flush=True)
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)
"""


def box_of(runner: Runner) -> str:
    return str(runner.ask("connect")["runtime"]["id"])


def until_gone(runner: Runner, box: str) -> dict[str, Any]:
    """The status frame that says that the machine is gone."""
    return runner.expect(lambda frame: frame["type"] == "status" and _is_gone(frame, box), seconds=40)


def _is_gone(frame: dict[str, Any], box: str) -> bool:
    runtime = frame["runtime"]
    return runtime is not None and runtime["id"] == box and runtime["state"] == "gone"


@pytest.mark.parametrize("victim", ["agent", "box"])
def test_p07_p08_a_lost_machine_is_said_and_the_next_run_gets_a_new_one(runner: Runner, victim: str) -> None:
    execution = runner.run("import time\nprint('begun', flush=True)\ntime.sleep(600)")
    until(lambda: text_of(runner.read(execution) or {"outputs": []}) == "begun\n", what="the cell to begin")
    box = box_of(runner)
    (agent,) = agents_of(box)
    parent = int(Path(f"/proc/{agent}/stat").read_text().rsplit(")", 1)[1].split()[1])
    os.kill(agent if victim == "agent" else parent, signal.SIGKILL)
    gone = until_gone(runner, box)
    assert gone["runtime"]["reason"] == "host-lost"
    lost = runner.result(execution)
    assert lost["state"] in {"aborted", "unknown"}
    assert "machine" in lost["reason"] or "runtime" in lost["reason"]
    assert text_of(lost) == "begun\n"
    assert text_of(runner.result(runner.run("print('again')"))) == "again\n"


def test_p09_a_cell_runs_on_while_nobody_watches(ada: Caller, notebook: str, runner: Runner) -> None:
    watched = Runner(ada, notebook)
    execution = watched.run("import time\nfor number in range(30):\n    print(number, flush=True)\n    time.sleep(0.1)")
    watched.close()
    assert text_of(runner.result(execution)) == "".join(f"{number}\n" for number in range(30))


def test_p29_an_endless_print_is_interrupted_and_others_are_not_disturbed(
    platform: RunningPlatform, runner: Runner, bob: Caller
) -> None:
    execution = runner.run("while True: print(1)")
    until(lambda: (runner.read(execution) or {}).get("number", 0) > 3)
    other = Runner(bob, str(platform.testctl("notebook", bob.email)["id"]))
    assert text_of(other.result(other.run("print('undisturbed')"))) == "undisturbed\n"
    other.ask("reset")
    other.close()
    runner.reconnect()  # a page that is silent for as long as that took on a busy machine would be given up
    assert runner.ask("interrupt", seconds=15)["type"] == "ok"
    ended = runner.result(execution, seconds=30)
    assert ended["state"] == "failed"
    assert ended["outputs"][-1]["ename"] == "KeyboardInterrupt"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os._exit(3)", ["3"]),
        ("import ctypes; ctypes.string_at(0)", ["SIGSEGV"]),
        ("blocks = []\nwhile True: blocks.append(bytearray(64 * 2**20))", ["memory"]),
    ],
    ids=["exit", "segfault", "out of memory"],
)
def test_p33_a_dead_kernel_says_why_and_the_next_run_gets_a_fresh_one(
    runner: Runner, code: str, words: list[str]
) -> None:
    runner.result(runner.run("before = 1"))
    dead = runner.result(runner.run(code), seconds=120)
    assert dead["state"] in {"failed", "aborted"}
    assert [word for word in words if word not in dead["reason"]] == []
    assert text_of(runner.result(runner.run("print('before' in globals())"))) == "False\n"


def test_p93_two_tabs_that_connect_at_once_share_one_machine(ada: Caller, platform: RunningPlatform) -> None:
    for _ in range(rounds(3, 200)):
        notebook = str(platform.testctl("notebook", ada.email)["id"])
        tabs = [Runner(ada, notebook) for _ in range(4)]
        with ThreadPoolExecutor(len(tabs)) as at_once:
            boxes = list(at_once.map(box_of, tabs))
        assert len(set(boxes)) == 1
        tabs[0].ask("reset")
        for tab in tabs:
            tab.close()


def test_p84_a_fork_bomb_disturbs_nobody_who_types(
    platform: RunningPlatform, ada: Caller, bob: Caller, notebook: str, cell: str, runner: Runner
) -> None:
    box = box_of(runner)
    with Typist(bob, notebook, cell) as typist:
        bomb = runner.run(FORK_BOMB)
        until(lambda: text_of(runner.read(bomb) or {"outputs": []}) == "begun\n", what="the bomb")
        enough = len(typist.acknowledged) + 40
        until(lambda: len(typist.acknowledged) >= enough, what="typing to go on")
        assert runner.ask("reset")["type"] == "ok"
        until_gone(runner, box)
    assert agents_of(box) == []
    assert text_of(runner.result(runner.run("print('a new machine')"))) == "a new machine\n"


def test_input_is_answered_once_and_survives_a_reload(ada: Caller, notebook: str, runner: Runner) -> None:
    execution = runner.run("name = input('Who? ')\nprint('Hello', name)")
    runner.expect(lambda frame: frame["type"] == "input_request" and frame["prompt"] == "Who? ")
    reopened = Runner(ada, notebook)
    asked = reopened.expect(lambda frame: frame["type"] == "input_request")
    assert asked["execution"] == execution
    assert reopened.ask("input_reply", execution=execution, value="Ada")["type"] == "ok"
    assert runner.ask("input_reply", execution=execution, value="Eve")["type"] == "refused"
    assert "Hello Ada" in text_of(runner.result(execution))
    reopened.close()
