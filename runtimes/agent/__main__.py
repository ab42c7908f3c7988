"""`python -m agent`: serve one box until its runtime is over, its lifetime ends or it is told to stop."""

import argparse
import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from .config import BadConfig, Config, read_config
from .link import Link
from .outbox import Outbox
from .resources import Resources
from .session import Session
from .spool import Spool
from .tools import Tools

FIGURES_EVERY = 5  # seconds
LAST_FRAMES_WITHIN = 3  # seconds
LOOKS_EVERY = 15.0  # seconds between looks at the clock


def awake_or_asleep() -> float:
    """Seconds since the host started; unlike the monotonic clock's, with those that it slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


async def serve(config: Config) -> None:
    spool = Spool(config.scratch)
    resources = Resources(config.stats)
    session = Session(config, spool, resources)
    tools = Tools(config, Outbox(spool))

    def obey(command: dict[str, Any]) -> None:
        if not tools.obey(command):
            session.obey(command)

    link = Link(config, spool, session.hello, obey, session.welcome)
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    linked = asyncio.create_task(dial(config, session, link))
    endings: list[Coroutine[Any, Any, Any]] = [
        session.run(),
        session.over.wait(),
        told.wait(),
        report(resources, link),
        live(config, session),
    ]
    tasks = [linked, *(asyncio.create_task(ending) for ending in endings)]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    tools.close()
    await session.close()
    if not linked.done():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(spool.emptied(), LAST_FRAMES_WITHIN)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    spool.close()
    for task in done:
        task.result()  # a bug in one of them is told


async def dial(config: Config, session: Session, link: Link) -> None:
    """At once, for somebody waits; a box that is kept warm dials when it has something to offer."""
    if config.waits_seconds:
        await session.started.wait()
    await link.run()


async def live(config: Config, session: Session) -> None:
    """To the end of the lifetime by the host's own clock, which needs no platform."""
    if config.waits_seconds:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(session.welcomed.wait(), config.waits_seconds)
        if not session.welcomed.is_set():
            return
    await pass_time(session.lifetime)


async def pass_time(seconds: float, clock: Callable[[], float] = awake_or_asleep, every: float = LOOKS_EVERY) -> None:
    """Return when so many seconds have gone by, those in which the host slept too. Timers stand still meanwhile."""
    end = clock() + seconds
    while (left := end - clock()) > 0:  # noqa: ASYNC110  # nothing tells that time has passed
        await asyncio.sleep(min(left, every))


async def report(resources: Resources, link: Link) -> None:
    while True:
        figures = resources.read()
        if figures:
            await link.say({**figures, "type": "resources"})
        await asyncio.sleep(FIGURES_EVERY)


def main() -> None:
    parser = argparse.ArgumentParser(prog="agent", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("/run/tomoni/agent.json"))
    try:
        config = read_config(parser.parse_args().config)
    except BadConfig as problem:
        sys.exit(str(problem))
    asyncio.run(serve(config))


if __name__ == "__main__":
    main()
