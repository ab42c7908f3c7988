"""What every provider promises (`runtimes/machines/provider.py`), asked of the sandbox and of the fakes alike.

A new provider is added to `HOUSES`, and then has to keep all of it.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from runtimes.machines.provider import BoxRequest, CannotAttach, CannotStart, Drive, Provider
from tests.running import until
from tests.runtimes.machines.fakes import Noop, Slow
from tests.runtimes.machines.inhabitants import MIB

HOUSES = ("noop", "slow", "sandbox")


@dataclass
class House:
    """A provider, and how one of its boxes dies by itself."""

    provider: Provider
    kill: Callable[[str], None]

    def request(self, name: str, **wishes: Any) -> BoxRequest:
        usual: dict[str, Any] = {
            "token": "token",
            "agent_url": "unix:/run/tomoni/link/agent.sock",
            "memory_bytes": 256 * MIB,
            "disk_bytes": 256 * MIB,
            "cpus": 1.0,
            "pids": 64,
            "lifetime_seconds": 600,
        }
        return BoxRequest(name, **(usual | wishes))


@pytest.fixture(params=HOUSES)
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    if request.param == "sandbox":
        town = request.getfixturevalue("town")

        def kill(name: str) -> None:
            groups = town.machines.processes(name)
            assert groups
            os.kill(int((town.home / "boxes" / name / "alive").read_text()), signal.SIGTERM)

        made = House(town.machines, kill)
    else:
        fake = Noop() if request.param == "noop" else Slow()
        made = House(fake, fake.kill)
    yield made
    for name in made.provider.list():
        made.provider.stop(name)


def test_a_box_is_there_from_its_start_until_it_is_stopped(house: House) -> None:
    house.provider.start(house.request("one"))
    assert house.provider.list()["one"].running
    assert until(lambda: house.provider.processes("one"), what="its programs")
    assert until(lambda: house.provider.measure("one"), what="its counters").seconds > 0

    house.provider.stop("one")
    assert "one" not in house.provider.list()
    assert house.provider.measure("one") is None
    assert not house.provider.processes("one") and not house.provider.traffic("one")


def test_a_start_that_is_repeated_at_once_or_later_makes_one_box(house: House) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(house.provider.start, [house.request("one")] * 4))
    counter = until(lambda: house.provider.measure("one"), what="its counters").counter
    house.provider.start(house.request("one"))

    assert house.provider.list()["one"].running
    assert house.provider.measure("one").counter == counter  # type: ignore[union-attr]


def test_stopping_is_repeated_without_harm_also_of_what_was_never_there(house: House) -> None:
    house.provider.start(house.request("one"))
    for _ in range(2):
        house.provider.stop("one")
        house.provider.stop("never-there")

    assert house.provider.list() == {}


def test_a_box_that_ended_stays_listed_with_its_reason_and_is_not_started_again(house: House) -> None:
    house.provider.start(house.request("one"))
    house.kill("one")
    until(lambda: not house.provider.list()["one"].running, what="it to end")
    ended = house.provider.list()["one"]
    assert ended.reason in {"exit", "lost", "out-of-memory"}
    assert ended.detail

    house.provider.start(house.request("one"))
    assert not house.provider.list()["one"].running
    house.provider.stop("one")
    house.provider.start(house.request("one"))
    assert house.provider.list()["one"].running


def test_a_start_and_a_stop_at_once_leave_nothing_half_made(house: House) -> None:
    starting = threading.Thread(target=house.provider.start, args=[house.request("one")])
    starting.start()
    house.provider.stop("one")
    starting.join(30)
    assert all(state.running for state in house.provider.list().values())

    house.provider.stop("one")
    assert house.provider.list() == {}


@pytest.mark.parametrize("wish", [{"name": "../up"}, {"name": ""}, {"network": "lan"}, {"image": "windows"}])
def test_nonsense_is_refused_with_a_sentence_and_leaves_nothing(house: House, wish: dict[str, str]) -> None:
    request = house.request(**({"name": "one"} | wish))
    with pytest.raises(CannotStart) as refused:
        house.provider.start(request)

    assert str(refused.value).endswith(".")
    assert house.provider.list() == {}


def test_a_drive_comes_to_a_box_that_runs_and_repeating_it_does_no_harm(house: House) -> None:
    drive = Drive("of-ada", 64 * MIB)
    house.provider.start(house.request("one"))
    assert not house.provider.keeps_drive(drive.key)
    for _ in range(2):
        house.provider.attach("one", drive, "/content/drive")
    for _ in range(2):
        house.provider.detach("one", "/content/drive")
    for name, place in (("one", "/etc"), ("never-there", "/content/drive")):
        with pytest.raises(CannotAttach) as refused:
            house.provider.attach(name, drive, place)
        assert str(refused.value).endswith(".")
    with pytest.raises(CannotAttach):
        house.provider.detach("never-there", "/content/drive")
    assert house.provider.keeps_drive(drive.key)
    for _ in range(2):
        house.provider.drop_drive(drive.key)
    assert not house.provider.keeps_drive(drive.key)


def test_what_it_cannot_promise_here_is_said_by_name(house: House) -> None:
    assert all(problem.name and problem.sentence for problem in house.provider.check())
