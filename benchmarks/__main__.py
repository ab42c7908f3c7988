"""`make bench`: start ourselves and the peer, measure both, print the figures."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import memory, opening, running_cells
from benchmarks.figures import Figure
from benchmarks.peer import Peer
from tests.clients import Caller
from tests.running import RunningPlatform

CHOICES = ("cells", "memory", "open")


def main(chosen: list[str]) -> None:
    home = Path(tempfile.mkdtemp(prefix="tomoni-bench-"))
    platform = RunningPlatform(home, TOMONI_WEB="1")
    platform.start()
    peer = Peer()
    try:
        for figure in measure(platform, peer, chosen or list(CHOICES)):
            print(figure.line(), flush=True)
    finally:
        peer.stop()
        platform.end()
        shutil.rmtree(home, ignore_errors=True)


def measure(platform: RunningPlatform, peer: Peer, chosen: list[str]) -> list[Figure]:
    caller = Caller(platform, "ada@example.org")
    figures: list[Figure] = []
    if "memory" in chosen:
        figures += memory.platform_at_rest(platform)
        figures.append(asyncio.run(memory.idle_runtime(platform, caller)))
        figures.append(asyncio.run(memory.idle_sockets(platform, caller)))
    if "cells" in chosen:
        figures += asyncio.run(running_cells.measure(platform, caller, peer))
    if "open" in chosen:
        notebook = Peer(application="notebook")
        figures += opening.measure(platform, caller, notebook)
        notebook.stop()
    return figures


if __name__ == "__main__":
    main(sys.argv[1:])
