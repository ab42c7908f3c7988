"""The warm pool on a running platform whose processes are killed: who connects gets a machine, nothing is left over."""

import random
import time
import uuid
from collections.abc import Iterator

import pytest

from tests.clients import Caller, Runner, text_of
from tests.faults.boxes import boxes_of
from tests.rounds import rounds
from tests.running import RunningPlatform, run_platform, until

SETTLED = 60  # seconds after which nothing is left that nobody owns


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    yield from run_platform(
        TOMONI_POOL_MOST="2", TOMONI_POOL_SIZE="2", TOMONI_SWEEP_SECONDS="2", TOMONI_RECONCILE_SECONDS="2"
    )


def pool_of(platform: RunningPlatform) -> dict[str, str]:
    """Each box of the pool and its state."""
    return dict(platform.testctl("pool"))


def is_full(platform: RunningPlatform) -> bool:
    return list(pool_of(platform).values()) == ["waiting", "waiting"]


def connect(ada: Caller, notebook: str) -> Runner:
    runner = Runner(ada, notebook)
    assert text_of(runner.result(runner.run("print(6 * 7)"))) == "42\n"
    return runner


def test_who_connects_gets_a_box_that_waited_and_another_takes_its_place(platform, ada, notebook):
    until(lambda: is_full(platform), seconds=SETTLED, what="two boxes that wait")
    before = pool_of(platform)
    runner = connect(ada, notebook)

    [machine] = ada.get_json("/api/runtimes")
    assert machine["id"] in before
    until(lambda: is_full(platform), seconds=SETTLED, what="two boxes that wait")
    assert machine["id"] not in pool_of(platform)
    runner.ask("reset")
    runner.close()
    until(lambda: boxes_of(platform) == sorted(pool_of(platform)), seconds=SETTLED, what="the machine to be gone")


@pytest.mark.parametrize("role", ["worker", "web", "beat"])
def test_p95_whatever_is_killed_no_box_is_left_over_and_none_is_missing(platform, ada, role):
    for _ in range(rounds(2, 10)):
        notebook = str(platform.testctl("notebook", ada.email)["id"])
        runner = Runner(ada, notebook)
        execution = str(uuid.uuid4())
        runner.run("print(6 * 7)", execution=execution)
        time.sleep(random.uniform(0, 1.5))
        platform.kill(role)
        assert text_of(runner.result(execution, seconds=SETTLED)) == "42\n"
        last = Runner(ada, notebook)
        last.ask("reset")
        last.close()
        runner.close()
    until(lambda: is_full(platform), seconds=SETTLED, what="two boxes that wait")
    until(lambda: boxes_of(platform) == sorted(pool_of(platform)), seconds=SETTLED, what="boxes and rows to agree")


def test_p95_the_pool_outlives_its_supervisor_only_as_long_as_the_next_start(platform):
    before = set(pool_of(platform))
    platform.kill_everything()
    platform.start()

    until(lambda: is_full(platform), seconds=SETTLED, what="two boxes that wait")
    until(lambda: boxes_of(platform) == sorted(pool_of(platform)), seconds=SETTLED, what="boxes and rows to agree")
    assert before
