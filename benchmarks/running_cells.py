"""Running cells: round trips, first outputs, floods of text and of images."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from benchmarks.figures import Figure
from benchmarks.floor import BareKernel, bare_kernel
from benchmarks.ours import Page, page
from benchmarks.peer import Peer, PeerKernel
from tests.clients import Caller
from tests.running import RunningPlatform

OURS, SERVER, KERNEL = "ours", "jupyter_server", "ipykernel"
Runners = Mapping[str, Page | PeerKernel | BareKernel]
Samples = dict[str, list[tuple[float, float, int]]]

PACE = 0.02
MS = 1000.0
LINES = "text = 'x' * 79\nfor number in range(200_000):\n    print(text)"
IMAGES = (
    "import os\nfrom IPython.display import Image, display\n"
    "raw = b'\\x89PNG\\r\\n\\x1a\\n' + os.urandom(100_000)\n"
    "for number in range(500):\n    display(Image(data=raw[:-4] + number.to_bytes(4, 'big'), format='png'))"
)


async def measure(platform: RunningPlatform, caller: Caller, peer: Peer) -> list[Figure]:
    """Each measurement interleaves us and the peers, so that all see the same machine."""
    notebook = str(platform.testctl("notebook", caller.email)["id"])
    async with page(platform, caller, notebook) as ours, peer.kernel() as theirs, bare_kernel() as floor:
        runners: Runners = {OURS: ours, SERVER: theirs, KERNEL: floor}
        await _in_turn(runners, "1", 3)
        round_trip = await _in_turn(runners, "print(1)", 100)
        lines = await _in_turn(runners, LINES, 3)
        images = await _in_turn(runners, IMAGES, 3)
    first = await _first_outputs(platform, caller, peer, 5)
    return [
        _figure("Execute round trip to the first output, 20 ms apart", round_trip, 0),
        _figure("Execute round trip to the end, 20 ms apart", round_trip, 1),
        _figure("200,000 lines of 80 characters", lines, 1),
        _figure("500 images of 100 kB", images, 1),
        _figure("Connect to the first output", first, 0),
    ]


async def _in_turn(runners: Runners, code: str, times: int) -> Samples:
    samples: Samples = {name: [] for name in runners}
    for _ in range(times):
        for name, runner in runners.items():
            await asyncio.sleep(PACE)
            samples[name].append(await runner.run(code))
    return samples


def _figure(what: str, samples: Samples, index: int) -> Figure:
    columns = {name: [times[index] * MS for times in rows] for name, rows in samples.items()}
    return Figure(what, "ms", columns.pop(OURS), columns)


async def _first_outputs(platform: RunningPlatform, caller: Caller, peer: Peer, times: int) -> Samples:
    """From the wish to run, without a machine, to its first output."""
    loop = asyncio.get_running_loop()
    samples: Samples = {OURS: [], SERVER: [], KERNEL: []}
    for _ in range(times):
        notebook = str((await asyncio.to_thread(platform.testctl, "notebook", caller.email))["id"])
        async with page(platform, caller, notebook) as fresh:
            samples[OURS].append(await fresh.run("print(1)"))
        starts: dict[str, AbstractAsyncContextManager[PeerKernel | BareKernel]]
        starts = {SERVER: peer.kernel(), KERNEL: bare_kernel()}
        for name, start in starts.items():
            begun = loop.time()
            async with start as kernel:
                await kernel.run("print(1)")
                took = loop.time() - begun
                samples[name].append((took, took, 0))
    return samples
