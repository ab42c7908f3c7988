"""`make bench`: start ourselves and the peer, measure both, print the figures."""

import asyncio
import contextlib
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from benchmarks import connecting, memory, opening, running_cells, together
from benchmarks.figures import Figure
from benchmarks.hub import Hub
from benchmarks.peer import Peer
from tests.clients import Caller
from tests.running import RunningPlatform

CHOICES = ("cells", "memory", "open", "together", "connecting")


def main(chosen: list[str]) -> None:
    home = Path(tempfile.mkdtemp(prefix="tomoni-bench-"))
    platform = RunningPlatform(home, TOMONI_WEB="1", TOMONI_SOCKETS_PER_USER="1000")  # one person opens them all
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        stack.callback(platform.end)
        platform.start()
        peer = Peer()
        stack.callback(peer.stop)
        for figure in measure(platform, peer, chosen or list(CHOICES)):
            print(figure.line(), flush=True)


def measure(platform: RunningPlatform, peer: Peer, chosen: list[str]) -> Iterator[Figure]:
    """Memory first, while nothing has run yet."""
    caller = Caller(platform, "ada@example.org")
    if "memory" in chosen:
        yield from memory.platform_at_rest(platform)
        yield asyncio.run(memory.idle_runtime(platform, caller))
        yield asyncio.run(memory.idle_sockets(platform, caller))
    if "cells" in chosen:
        yield from asyncio.run(running_cells.measure(platform, caller, peer))
    if "open" in chosen:
        notebook = Peer(application="notebook")
        yield from opening.measure(platform, caller, notebook)
        notebook.stop()
    if "together" in chosen:
        yield from editing_together(platform, caller)
    if "connecting" in chosen:
        yield from getting_machines(platform, peer)


def getting_machines(platform: RunningPlatform, peer: Peer) -> Iterator[Figure]:
    hub = Hub()
    try:
        yield from as_they_come(connecting.measure({"cold": platform}, peer, hub))
    finally:
        hub.stop()


def editing_together(platform: RunningPlatform, caller: Caller) -> Iterator[Figure]:
    """With one web process beside the peer, then with two."""
    peer = Peer(collaborates=True)
    yield from as_they_come(together.measure(platform, caller, peer))
    peer.stop()
    home = Path(tempfile.mkdtemp(prefix="tomoni-bench-"))
    larger = RunningPlatform(home, TOMONI_WEB="2")
    try:
        larger.start()
        yield from as_they_come(together.two_processes(larger, Caller(larger, caller.email)))
    finally:
        larger.end()
        shutil.rmtree(home, ignore_errors=True)


def as_they_come(figures: AsyncIterator[Figure]) -> Iterator[Figure]:
    """Each figure when it is known, for the rest may take minutes."""
    with asyncio.Runner() as runner:
        while figure := runner.run(_next(figures)):
            yield figure


async def _next(figures: AsyncIterator[Figure]) -> Figure | None:
    return await anext(figures, None)


if __name__ == "__main__":
    main(sys.argv[1:])
