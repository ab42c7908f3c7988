"""How soon an edit is seen and saved while boxes take all the processors that they get (FAULTS P87).

`python -m benchmarks.hogs` starts a platform of its own and four machines in it, and has each burn its processors
between two measurements in which nothing runs. It prints all three, and how much slower the middle one is.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from benchmarks.ours import Page, page
from benchmarks.together import Ours, edits, pages
from tests.clients import Caller
from tests.running import RunningPlatform

BOXES = 4
HOG = """
import multiprocessing, time
def burn(until):
    while time.time() < until: pass
hogs = [multiprocessing.Process(target=burn, args=(time.time() + {seconds},)) for _ in range({processes})]
for hog in hogs: hog.start()
print("burning", flush=True)
for hog in hogs: hog.join()
"""
SECONDS = 45
WARM = 5  # seconds in which the programs start and the limits begin to bite


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="tomoni-bench-"))
    platform = RunningPlatform(home, TOMONI_WEB="1", TOMONI_SOCKETS_PER_USER="1000")
    try:
        platform.start()
        asyncio.run(measure(platform))
    finally:
        platform.end()
        shutil.rmtree(home, ignore_errors=True)


async def measure(platform: RunningPlatform) -> None:
    writer = Caller(platform, "ada@example.org")
    place = Ours(platform, writer, 5)
    async with contextlib.AsyncExitStack() as stack:
        boxes = [await stack.enter_async_context(machine(platform, number)) for number in range(BOXES)]
        before = await told(place, "nothing runs")
        burning = [asyncio.create_task(box.run(hog())) for box in boxes]
        await asyncio.sleep(WARM)
        meanwhile = await told(place, f"{BOXES} boxes burn")
        print(f"{'Load of the host at the end of that':<58}  {os.getloadavg()[0]:.1f}", flush=True)
        still = sum(not task.done() for task in burning)
        await asyncio.gather(*burning)
        after = await told(place, "nothing runs again")
    quiet = [median(one + other) for one, other in zip(before, after, strict=True)]
    ratios = [median(samples) / calm for samples, calm in zip(meanwhile, quiet, strict=True)]
    print(
        f"While {still} of {BOXES} burned to the end: seen {ratios[0]:.1f} times, saved {ratios[1]:.1f} times as late"
    )


@contextlib.asynccontextmanager
async def machine(platform: RunningPlatform, number: int) -> AsyncIterator[Page]:
    """A machine of somebody's, whose kernel answers."""
    owner = Caller(platform, f"hog{number}@example.org")
    notebook = str((await asyncio.to_thread(platform.testctl, "notebook", owner.email))["id"])
    async with page(platform, owner, notebook) as opened:
        await opened.run("1")
        yield opened


def hog() -> str:
    return HOG.format(seconds=SECONDS, processes=os.cpu_count() or 1)


async def told(place: Ours, when: str) -> tuple[list[float], list[float]]:
    async with pages(place, 2) as clients:
        seen, saved = await edits(place, clients)
    print(Figure(f"Edit until visible at another: {when}", "ms", seen).line(), flush=True)
    print(Figure(f"Edit until acknowledged as saved: {when}", "ms", saved).line(), flush=True)
    return seen, saved


if __name__ == "__main__":
    main()
