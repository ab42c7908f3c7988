"""Running cells: round trips, first outputs, floods of text and of images."""

import asyncio

from benchmarks.figures import Figure
from benchmarks.ours import Page, page
from benchmarks.peer import Peer, PeerKernel
from tests.clients import Caller
from tests.running import RunningPlatform

PACE = 0.02
MS = 1000.0
LINES = "text = 'x' * 79\nfor number in range(200_000):\n    print(text)"
IMAGES = (
    "import os\nfrom IPython.display import Image, display\n"
    "raw = b'\\x89PNG\\r\\n\\x1a\\n' + os.urandom(100_000)\n"
    "for number in range(500):\n    display(Image(data=raw[:-4] + number.to_bytes(4, 'big'), format='png'))"
)


async def measure(platform: RunningPlatform, caller: Caller, peer: Peer) -> list[Figure]:
    """Each measurement interleaves us and the peer, so that both see the same machine."""
    notebook = str(platform.testctl("notebook", caller.email)["id"])
    async with page(platform, caller, notebook) as ours, peer.kernel() as theirs:
        await ours.run("1")
        await theirs.run("1")
        round_trip = await _alternate(ours, theirs, "print(1)", 100)
        lines = await _alternate(ours, theirs, LINES, 3)
        images = await _alternate(ours, theirs, IMAGES, 3)
    first_ours, first_theirs = await _first_outputs(platform, caller, peer, 5)
    return [
        Figure("Execute round trip to the first output, 20 ms apart", "ms", *_column(round_trip, 0)),
        Figure("Execute round trip to the end, 20 ms apart", "ms", *_column(round_trip, 1)),
        Figure("200,000 lines of 80 characters", "ms", *_column(lines, 1)),
        Figure("500 images of 100 kB", "ms", *_column(images, 1)),
        Figure("Connect to the first output", "ms", first_ours, first_theirs),
    ]


Times = tuple[float, float, int]


async def _alternate(ours: Page, theirs: PeerKernel, code: str, times: int) -> list[tuple[Times, Times]]:
    samples = []
    for _ in range(times):
        await asyncio.sleep(PACE)
        mine = await ours.run(code)
        await asyncio.sleep(PACE)
        samples.append((mine, await theirs.run(code)))
    return samples


def _column(samples: list[tuple[Times, Times]], index: int) -> tuple[list[float], list[float]]:
    return [mine[index] * MS for mine, _ in samples], [its[index] * MS for _, its in samples]


async def _first_outputs(
    platform: RunningPlatform, caller: Caller, peer: Peer, times: int
) -> tuple[list[float], list[float]]:
    """From the wish to run, without a machine, to its first output."""
    loop = asyncio.get_running_loop()
    ours, theirs = [], []
    for _ in range(times):
        notebook = str((await asyncio.to_thread(platform.testctl, "notebook", caller.email))["id"])
        async with page(platform, caller, notebook) as fresh:
            ours.append((await fresh.run("print(1)"))[0] * MS)
        begun = loop.time()
        async with peer.kernel() as kernel:
            await kernel.run("print(1)")
            theirs.append((loop.time() - begun) * MS)
    return ours, theirs
