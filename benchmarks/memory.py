"""Memory: of the platform at rest, of an idle runtime, of idle sockets."""

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.typing import Origin

from benchmarks.figures import Figure
from benchmarks.ours import page
from tests.clients import Caller
from tests.running import RunningPlatform

SOCKETS = 500


def pss(pid: int) -> float:
    """The proportional share of memory of a process, in MB."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def with_children(pid: int) -> list[int]:
    """`pid` and everything below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = children.read_text().split() if children.exists() else []
    return [pid, *(found for child in below for found in with_children(int(child)))]


def platform_at_rest(platform: RunningPlatform) -> list[Figure]:
    figures = []
    total = 0.0
    for role, pids in sorted(platform.pids().items()):
        size = sum(pss(found) for pid in pids for found in with_children(pid)) if role != "supervisor" else pss(pids[0])
        total += size
        figures.append(Figure(f"Memory at rest: {role} ({len(pids)})", "MB", [size]))
    return [*figures, Figure("Memory at rest: all", "MB", [total])]


async def idle_runtime(platform: RunningPlatform, caller: Caller) -> Figure:
    """What one idle runtime adds: its monitor, init, agent and kernel."""
    sizes = []
    for _ in range(3):
        notebook = str((await asyncio.to_thread(platform.testctl, "notebook", caller.email))["id"])
        async with page(platform, caller, notebook) as opened:
            await opened.run("1")
            await asyncio.sleep(2)
            [machine] = await asyncio.to_thread(caller.get_json, "/api/runtimes")
            sizes.append(sum(pss(pid) for pid in processes_of(machine["id"])))
        await asyncio.sleep(3)
    return Figure("Memory of an idle runtime, kernel started", "MB", sizes)


def processes_of(runtime: str) -> list[int]:
    """The monitor of a box, which names it in its command, and what is in its control groups."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _names(path, runtime)]


def _names(process: Path, runtime: str) -> bool:
    try:
        return runtime in (process / "cgroup").read_text() or runtime.encode() in (process / "cmdline").read_bytes()
    except OSError:
        return False


async def idle_sockets(platform: RunningPlatform, caller: Caller) -> Figure:
    """Notebook sockets that do nothing: how many fit into 100 MB of the web processes."""
    notebook = str((await asyncio.to_thread(platform.testctl, "notebook", caller.email))["id"])
    address = f"{platform.address.replace('http', 'ws', 1)}/ws/notebooks/{notebook}"
    before = sum(pss(pid) for pid in platform.pids()["web"])
    async with AsyncExitStack() as stack:
        for _ in range(SOCKETS):
            opening = connect(address, origin=Origin(platform.address), additional_headers={"Cookie": caller.cookie})
            await stack.enter_async_context(opening)
        await asyncio.sleep(2)
        grown = sum(pss(pid) for pid in platform.pids()["web"]) - before
    return Figure(
        f"Idle notebook sockets per 100 MB of web process (of {SOCKETS})", "", [SOCKETS * 100 / max(grown, 0.1)]
    )
