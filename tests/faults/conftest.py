"""A running platform to be broken, a new one for each module."""

from collections.abc import Callable, Iterator

import pytest

from tests.clients import Caller, Runner
from tests.running import RunningPlatform, run_platform

Cast = Callable[[str], Caller]


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    yield from run_platform()


@pytest.fixture(scope="module")
def ada(platform: RunningPlatform) -> Caller:
    return Caller(platform, "ada@example.org")


@pytest.fixture(scope="module")
def bob(platform: RunningPlatform) -> Caller:
    return Caller(platform, "bob@example.org")


@pytest.fixture
def notebook(platform: RunningPlatform, ada: Caller, bob: Caller) -> str:
    """A notebook of Ada's with one empty cell, which Bob may edit."""
    made = str(platform.testctl("notebook", ada.email)["id"])
    platform.testctl("share", made, bob.email, "editor")
    return made


@pytest.fixture
def cell(platform: RunningPlatform, notebook: str) -> str:
    """The id of the first cell of `notebook`."""
    return str(platform.testctl("dump", notebook)["cells"][0]["id"])


@pytest.fixture
def runner(ada: Caller, notebook: str) -> Iterator[Runner]:
    """Ada's machine for `notebook`."""
    running = Runner(ada, notebook)
    yield running
    running.close()
    last = Runner(ada, notebook)
    last.ask("reset")
    last.close()
