"""Processes are killed and restarted while people type and cells run; nothing is lost, nothing comes twice."""

import random
import signal
import time
from typing import Any

from tests.clients import Caller, Runner, Typist, text_of
from tests.faults.boxes import boxes_of
from tests.rounds import rounds
from tests.running import RunningPlatform, until

COUNT = "import time\nfor number in range(60):\n    print(number, flush=True)\n    time.sleep(0.1)\n"
ENOUGH = 20
COUNTED = "".join(f"{number}\n" for number in range(60))


def assert_typed_once(platform: RunningPlatform, notebook: str, *typists: Typist) -> None:
    """Every acknowledged word stands in the committed document exactly once."""
    source = platform.testctl("dump", notebook)["cells"][0]["source"]
    for typist in typists:
        assert typist.problems == []
        assert len(typist.acknowledged) > ENOUGH
        assert [word for word in typist.acknowledged if source.count(word) != 1] == []


def test_p01_a_killed_web_process_loses_nothing(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller, runner: Runner
) -> None:
    execution = runner.run(COUNT)
    with Typist(ada, notebook, cell) as first, Typist(bob, notebook, cell) as second:
        until(lambda: first.acknowledged and second.acknowledged)
        for which in (0, 1):
            pid = platform.kill("web", which=which)
            until(lambda: pid not in platform.pids()["web"] and len(platform.pids()["web"]) == 2, seconds=5)  # noqa: B023
            time.sleep(1)
        until(lambda: min(len(first.acknowledged), len(second.acknowledged)) > ENOUGH, what="typing to go on")
    assert text_of(runner.result(execution)) == COUNTED
    assert_typed_once(platform, notebook, first, second)


def test_p02_rolling_restarts_fail_no_save(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller
) -> None:
    with Typist(ada, notebook, cell) as first, Typist(bob, notebook, cell) as second:
        for number in range(rounds(6, 20)):
            pid = platform.kill("web", signal.SIGTERM, which=number % 2)
            until(lambda: pid not in platform.pids()["web"] and len(platform.pids()["web"]) == 2, seconds=10)  # noqa: B023
            for typist in (first, second):
                enough = len(typist.acknowledged) + 5
                until(lambda: len(typist.acknowledged) >= enough, what="typing to go on")  # noqa: B023
    assert_typed_once(platform, notebook, first, second)
    assert {*first.closed_with, *second.closed_with} == {1012}


def test_p03_typing_goes_on_while_redis_restarts(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller
) -> None:
    with Typist(ada, notebook, cell) as first, Typist(bob, notebook, cell) as second:
        until(lambda: first.acknowledged and second.acknowledged)
        before = max(ENOUGH, len(first.acknowledged))
        platform.kill("redis")
        until(lambda: len(first.acknowledged) > before + 10, what="acknowledgements without Redis")
        until(
            lambda: all(first.word(number) in str(second.cells[cell]["source"]) for number in range(before)), seconds=10
        )
    platform.until_ready()
    assert_typed_once(platform, notebook, first, second)


def test_p04_postgresql_restarts_while_people_type(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller
) -> None:
    with Typist(ada, notebook, cell) as first, Typist(bob, notebook, cell) as second:
        until(lambda: first.acknowledged and second.acknowledged)
        platform.kill("postgres", signal.SIGINT)
        before = max(ENOUGH, len(first.acknowledged), len(second.acknowledged))
        for typist in (first, second):
            until(lambda: len(typist.acknowledged) > before + 10, seconds=60, what="typing to go on")  # noqa: B023
    platform.until_ready()
    assert_typed_once(platform, notebook, first, second)


def test_p05_a_worker_killed_during_allocation_delays_it_and_no_more(platform: RunningPlatform, ada: Caller) -> None:
    for _ in range(rounds(3, 10)):
        notebook = str(platform.testctl("notebook", ada.email)["id"])
        runner = Runner(ada, notebook)
        machine = runner.ask("connect")["runtime"]["id"]
        offset = random.uniform(0, 3)
        time.sleep(offset)
        platform.kill("worker")
        said = runner.expect(lambda frame: is_ready(frame) or frame.get("retry") is True, seconds=30)
        if not is_ready(said):
            assert said["message"]
            assert runner.ask("connect")["runtime"]["id"] == machine
            runner.expect(is_ready, seconds=60)
        assert text_of(runner.result(runner.run("print('up')"))) == "up\n"
        assert boxes_of(platform) == [machine], f"killed after {offset:.2f} s"
        runner.ask("reset")
        until(lambda: boxes_of(platform) == [], seconds=60, what="the box to go")
        runner.close()


def is_ready(frame: dict[str, Any]) -> bool:
    return frame["type"] == "status" and frame["runtime"] is not None and frame["runtime"]["state"] == "ready"


def test_p12_after_a_power_cut_every_acknowledged_edit_is_there(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller, runner: Runner
) -> None:
    execution = runner.run(COUNT)
    with Typist(ada, notebook, cell) as first, Typist(bob, notebook, cell) as second:
        until(lambda: len(first.acknowledged) > 20 and len(second.acknowledged) > 20)
        platform.kill_everything()
        platform.start()
        runner.reconnect()
    assert_typed_once(platform, notebook, first, second)
    assert text_of(runner.result(execution)) == COUNTED
