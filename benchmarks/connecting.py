"""Getting a machine and giving it back: us beside JupyterHub with its local spawner and a bare jupyter_server."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.cast import make_people
from benchmarks.figures import Figure
from benchmarks.hub import Hub
from benchmarks.memory import processes_of, pss, with_children
from benchmarks.ours import Page, page
from benchmarks.peer import Peer, PeerKernel
from tests.clients import Caller
from tests.running import RunningPlatform

HUB, SERVER = "JupyterHub", "jupyter_server"
MS = 1000.0
TIMES = 5
CROWD = 20
NOTEBOOKS = 2  # of each
HOST = 24 * 1024  # MB of memory of the host for which idle machines are counted
FLOOD = "while True:\n    print('x' * 79)"
PANDAS = "import numpy, pandas, matplotlib.pyplot\nprint(pandas.DataFrame({'a': [1]}).a[0])"
FLOODED_FOR = 1.0

Samples = dict[str, list[float]]


@dataclass(slots=True)
class Person:
    """Somebody with a notebook of ours and an account of the hub's, and nothing running."""

    name: str
    caller: Caller
    notebooks: list[str]

    @property
    def notebook(self) -> str:
        return self.notebooks[0]


async def people(platform: RunningPlatform, hub: Hub, count: int, prefix: str) -> list[Person]:
    names = [f"{prefix}{number}" for number in range(count)]
    emails = [f"{name}@example.org" for name in names]
    made = await asyncio.to_thread(make_people, platform, emails, NOTEBOOKS)
    for name in names:
        await asyncio.to_thread(hub.add_person, name)
    return [Person(name, caller, notebooks) for name, (caller, notebooks) in zip(names, made, strict=True)]


class Measuring:
    """One platform of ours and the two peers."""

    def __init__(self, platform: RunningPlatform, peer: Peer, hub: Hub, kind: str) -> None:
        self.platform, self.peer, self.hub, self.kind = platform, peer, hub, kind

    async def ours(self, person: Person, code: str) -> float:
        async with page(self.platform, person.caller, person.notebook) as opened:
            first, _, _ = await opened.run(code)
        await self.until_gone(person)
        return first

    async def of_hub(self, person: Person, code: str) -> float:
        begun = time.perf_counter()
        await asyncio.to_thread(self.hub.start_server, person.name)
        async with self.hub.kernel(person.name) as kernel:
            await kernel.run(code)
            took = time.perf_counter() - begun
        await asyncio.to_thread(self.hub.stop_server, person.name)
        return took

    async def of_server(self, person: Person, code: str) -> float:
        begun = time.perf_counter()
        async with self.peer.kernel() as kernel:
            await kernel.run(code)
            return time.perf_counter() - begun

    async def until_gone(self, person: Person) -> None:
        """So that one measurement does not pay for the end of the last."""
        await _until(lambda: not person.caller.get_json("/api/runtimes"))

    async def first_outputs(self, person: Person) -> AsyncIterator[Figure]:
        ways: dict[str, Callable[[Person, str], Awaitable[float]]]
        ways = {"ours": self.ours, HUB: self.of_hub, SERVER: self.of_server}
        for what, code in (("the first output", "print(1)"), ("a first pandas output", PANDAS)):
            samples: Samples = {name: [] for name in ways}
            for _ in range(TIMES):
                for name, way in ways.items():
                    samples[name].append(MS * await way(person, code))
                    await asyncio.sleep(self.pause())
            yield Figure(f"Connect to {what}, {self.kind}", "ms", samples.pop("ours"), samples)

    def pause(self) -> float:
        """Between two measurements: what was warm has been made warm again."""
        return 2.0 if self.kind == "warm" else 0.2

    async def crowd(self, crowd: list[Person]) -> AsyncIterator[Figure]:
        """All at once: when each has their first output. One round each, for a round of the hub takes a minute."""
        samples: Samples = {}
        ways: dict[str, Callable[[Person, str], Awaitable[float]]]
        ways = {"ours": self.ours, HUB: self.of_hub, SERVER: self.of_server}
        for name, way in ways.items():
            samples[name] = [MS * took for took in await asyncio.gather(*(way(one, "print(1)") for one in crowd))]
            await asyncio.sleep(2)
        yield Figure(f"{len(crowd)} people connect at once, {self.kind}: each", "ms", samples.pop("ours"), samples)

    async def idle_memory(self, crowd: list[Person]) -> AsyncIterator[Figure]:
        """Of one person among several, all idle; what they share is shared out among them (PSS)."""
        three = crowd[:3]
        async with AsyncExitStack() as stack:
            for one in three:
                opened = await stack.enter_async_context(page(self.platform, one.caller, one.notebook))
                await opened.run("1")
            await asyncio.sleep(2)
            parts = [await asyncio.to_thread(memory_of_machine, one.caller) for one in three]
        samples = {"ours": [sum(part.values()) for part in parts], **await self._memory_of_peers(three)}
        yield Figure("Memory of an idle runtime: all of it", "MB", samples.pop("ours"), samples)
        for role in sorted({role for part in parts for role in part}):
            yield Figure(f"Memory of an idle runtime: its {role}", "MB", [part.get(role, 0.0) for part in parts])

    async def _memory_of_peers(self, three: list[Person]) -> Samples:
        samples: Samples = {HUB: [], SERVER: []}
        async with AsyncExitStack() as stack:
            for one in three:
                await asyncio.to_thread(self.hub.start_server, one.name)
                kernel = await stack.enter_async_context(self.hub.kernel(one.name))
                await kernel.run("1")
            for one in three:
                pid = await asyncio.to_thread(self.hub.pid_of, one.name)
                samples[HUB].append(sum(map(pss, with_children(pid))))
        for one in three:
            await asyncio.to_thread(self.hub.stop_server, one.name)
        async with AsyncExitStack() as stack:
            for _ in three:
                kernel = await stack.enter_async_context(self.peer.kernel())
                await kernel.run("1")
            samples[SERVER] = [pss(pid) for pid in with_children(self.peer.process.pid)[1:]]
        return samples

    async def many(self, crowd: list[Person]) -> AsyncIterator[Figure]:
        """As many idle machines as we dare: what one of them costs then, and how many a host holds by that."""
        before = available()
        async with AsyncExitStack() as stack:
            for caller, notebook in [(one.caller, notebook) for one in crowd for notebook in one.notebooks]:
                opened = await stack.enter_async_context(page(self.platform, caller, notebook))
                await opened.run("1")
            await asyncio.sleep(3)
            taken = (before - available()) / (len(crowd) * NOTEBOOKS)
            parts = [
                sum(memory_of(one["id"]).values())
                for person in crowd
                for one in await asyncio.to_thread(person.caller.get_json, "/api/runtimes")
            ]
        yield Figure(f"Memory of each of {len(parts)} idle runtimes", "MB", parts)
        yield Figure("The same by what the host has less of", "MB", [taken])
        yield Figure(
            "Idle runtimes in 24 GiB, by the larger of the two", "", [HOST / max(sum(parts) / len(parts), taken)]
        )

    async def stopping(self, person: Person) -> AsyncIterator[Figure]:
        """From the wish to disconnect until no process is left of it."""
        samples: Samples = {"ours": [], HUB: []}
        for _ in range(TIMES):
            async with page(self.platform, person.caller, person.notebook) as opened:
                await opened.run("1")
                [machine] = await asyncio.to_thread(person.caller.get_json, "/api/runtimes")
                begun = time.perf_counter()
                await opened.reset()
                await _until(partial(self._is_gone, machine["id"]))
                samples["ours"].append(MS * (time.perf_counter() - begun))
            await self.until_gone(person)
            await asyncio.to_thread(self.hub.start_server, person.name)
            async with self.hub.kernel(person.name) as kernel:
                await kernel.run("1")
                pids = with_children(await asyncio.to_thread(self.hub.pid_of, person.name))
                begun = time.perf_counter()
                await asyncio.to_thread(self.hub.ask, "DELETE", f"/hub/api/users/{person.name}/server")
                await _until(partial(_are_gone, pids))
                samples[HUB].append(MS * (time.perf_counter() - begun))
            await asyncio.to_thread(self.hub.stop_server, person.name)
        yield Figure("Disconnect until really gone", "ms", samples.pop("ours"), samples)

    def _is_gone(self, name: str) -> bool:
        return not (self.platform.home / "boxes" / name).exists() and not processes_of(name)

    async def interrupting(self, person: Person) -> AsyncIterator[Figure]:
        """A cell that prints without end: from the wish to interrupt until the cell has ended on the page."""
        samples: Samples = {"ours": [], SERVER: []}
        for _ in range(3):
            async with page(self.platform, person.caller, person.notebook) as opened:
                await opened.run("1")
                samples["ours"].append(MS * await _interrupt_ours(opened))
            await self.until_gone(person)
            async with self.peer.kernel() as kernel:
                await kernel.run("1")
                samples[SERVER].append(MS * await _interrupt_theirs(kernel))
        yield Figure("Interrupt of a print flood to its end on the page", "ms", samples.pop("ours"), samples)


async def measure(platforms: dict[str, RunningPlatform], peer: Peer, hub: Hub) -> AsyncIterator[Figure]:
    """`platforms`: ours by what they are: `cold` without a pool of waiting machines, `warm` with one."""
    for kind, platform in platforms.items():
        measuring = Measuring(platform, peer, hub, kind)
        crowd = await people(platform, hub, CROWD, kind)
        parts = [measuring.first_outputs(crowd[0]), measuring.crowd(crowd)]
        if kind == list(platforms)[-1]:
            parts += [
                measuring.stopping(crowd[0]),
                measuring.interrupting(crowd[0]),
                measuring.idle_memory(crowd),
                measuring.many(crowd),
            ]
        for part in parts:
            async for figure in part:
                yield figure


def memory_of_machine(caller: Caller) -> dict[str, float]:
    [machine] = caller.get_json("/api/runtimes")
    return memory_of(machine["id"])


def memory_of(runtime: str) -> dict[str, float]:
    """The proportional share of each process that belongs to a box, in MB, by what it is."""
    sizes: dict[str, float] = {}
    for pid in processes_of(runtime):
        role = role_of(pid)
        sizes[role] = sizes.get(role, 0.0) + pss(pid)
    return sizes


def role_of(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        words = b""
    names = {b"machines.monitor": "monitor", b"init.py": "init", b"kernel": "kernel", b"agent": "agent"}
    return next((name for word, name in names.items() if word in words), "other")


def _are_gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def available() -> float:
    """MB that the host could still give."""
    found = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemAvailable"))
    return int(found.split()[1]) / 1024


async def _until(is_so: Callable[[], bool]) -> None:
    while not await asyncio.to_thread(is_so):  # noqa: ASYNC110  # the end of a process is no event of ours
        await asyncio.sleep(0.005)


async def _interrupt_ours(opened: Page) -> float:
    running = asyncio.create_task(opened.run(FLOOD))
    await asyncio.sleep(FLOODED_FOR)
    begun = time.perf_counter()
    await opened.runtime.send(json.dumps({"type": "interrupt", "id": uuid.uuid4().hex}))
    await running
    return time.perf_counter() - begun


async def _interrupt_theirs(kernel: PeerKernel) -> float:
    running = asyncio.create_task(kernel.run(FLOOD))
    await asyncio.sleep(FLOODED_FOR)
    begun = time.perf_counter()
    await asyncio.to_thread(kernel.interrupt)
    await running
    return time.perf_counter() - begun
