"""`make upgrade` is never forgotten, and waits for what it asked for."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.embedded.home import Home
from config.embedded.lent_database import database_alone
from config.embedded.problems import CannotStart
from config.embedded.renew import renew
from config.embedded.settings import read_settings
from config.embedded.supervisor import Supervisor


@dataclass
class Slow(Supervisor):
    """A supervisor of nothing, which starts and prepares no sooner than it is let."""

    may_start: asyncio.Event = field(default_factory=asyncio.Event)
    may_prepare: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    prepared: int = 0
    is_preparing: asyncio.Event = field(default_factory=asyncio.Event)

    async def _start(self) -> None:
        await self.may_start.wait()

    async def _prepare(self) -> None:
        self.is_preparing.set()
        await self.may_prepare.acquire()
        self.prepared += 1


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.prepare()
    return made


@pytest.fixture
async def supervisor(home: Home) -> AsyncIterator[Slow]:
    made = Slow(read_settings(), home, {})
    running = asyncio.create_task(made.run())
    async with asyncio.timeout(10):
        while home.supervisor() != os.getpid():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    yield made
    os.kill(os.getpid(), signal.SIGTERM)
    await running
    os.close(made._lock)


async def test_one_that_is_asked_for_during_a_start_follows_it(home: Home, supervisor: Slow) -> None:
    upgrade = asyncio.create_task(asyncio.to_thread(renew, home))
    await asyncio.sleep(0.3)
    assert (upgrade.done(), supervisor.prepared) == (False, 0)
    supervisor.may_prepare.release()
    supervisor.may_start.set()
    await asyncio.wait_for(upgrade, 10)
    assert supervisor.prepared == 1


async def test_one_that_is_asked_for_during_another_gets_its_own(home: Home, supervisor: Slow) -> None:
    supervisor.may_start.set()
    first = asyncio.create_task(asyncio.to_thread(renew, home))
    await supervisor.is_preparing.wait()
    second = asyncio.create_task(asyncio.to_thread(renew, home))
    await asyncio.sleep(0.3)
    supervisor.may_prepare.release()
    await asyncio.wait_for(first, 10)
    await asyncio.sleep(0.3)
    assert (second.done(), supervisor.prepared) == (False, 1)
    supervisor.may_prepare.release()
    await asyncio.wait_for(second, 10)
    assert supervisor.prepared == 2


async def test_what_an_earlier_run_told_is_not_taken_for_news(home: Home, supervisor: Slow) -> None:
    supervisor.may_start.set()
    supervisor.may_prepare.release()
    await asyncio.to_thread(renew, home)
    os.close(supervisor._lock)
    later = Slow(read_settings(), home, {}, may_start=supervisor.may_start)
    later._lock = home.lock_as_supervisor()
    assert not home.renewals.exists()
    supervisor._lock = later._lock


def test_who_only_holds_the_database_is_not_signalled(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    # An earlier run left its pid, which may be anybody's by now.
    lock = home.lock_as_supervisor()
    os.close(lock)
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere")
    with database_alone(home.path), pytest.raises(CannotStart, match="No Tomoni is running"):
        renew(home)
