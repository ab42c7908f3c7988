"""Editing together: how soon an edit is seen and saved, how many go through, what opening and readers cost."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
from pycrdt import Array, Doc, Map, Text, create_sync_message, create_update_message, handle_sync_message
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.figures import Figure
from benchmarks.memory import pss
from benchmarks.opening import notebook_file
from benchmarks.peer import TOKEN, Peer
from tests.clients import Caller
from tests.running import RunningPlatform

OURS, THEIRS = "ours", "jupyter-collaboration"
MS = 1000.0
EDITS, PACE = 100, 0.02
WRITERS, BURST = 10, 100  # a page may be ahead of the platform's 200 frames a second by 400
HISTORY = 10_000
CROWD = 50
OPENINGS = 10
ACK = '{"type": "ack"'


class Client:
    """A page of either platform: y-protocols over a socket. `seen` are the times at which others' edits came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.doc = socket, Doc[Any]()
        self.synced = asyncio.Event()
        self.saved: list[float] = []
        self.seen: list[float] = []
        self.changed = asyncio.Event()
        self.update = b""
        self._subscription = self.doc.observe(lambda event: setattr(self, "update", event.update))
        self._reading = asyncio.create_task(self._read())

    async def sync(self) -> None:
        await self.socket.send(create_sync_message(self.doc))
        await self.synced.wait()

    async def write(self, source: Text, text: str) -> None:
        source.insert(0, text)
        await self.socket.send(create_update_message(self.update))

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self.changed.clear()
            await self.changed.wait()

    async def close(self) -> None:
        self._reading.cancel()
        await self.socket.close()

    async def _read(self) -> None:
        async for frame in self.socket:
            now = time.perf_counter()
            if isinstance(frame, str):
                if frame.startswith(ACK):
                    self.saved.append(now)
            elif frame[0] == 0:
                if reply := handle_sync_message(frame[1:], self.doc):
                    await self.socket.send(reply)
                if frame[1] == 1:
                    self.synced.set()
                elif frame[1] == 2:
                    self.seen.append(now)
            self.changed.set()


class Ours:
    """A notebook of ours."""

    def __init__(self, platform: RunningPlatform, caller: Caller, cells: int) -> None:
        self.name, self.caller = OURS, caller
        self.web = platform.pids()["web"]
        made = platform.testctl("notebook", caller.email, "--file", str(notebook_file(cells)))
        self.address = f"ws://localhost:{platform.port}/ws/notebooks/{made['id']}"
        self.origin = platform.address

    async def connect(self) -> ClientConnection:
        headers = {"Cookie": self.caller.cookie}
        return await connect(self.address, origin=self.origin, additional_headers=headers, max_size=None)  # type: ignore[arg-type]

    def source(self, doc: "Doc[Any]") -> Text:
        found: Text = doc.get("cells", type=Map)["cell1"]["source"]
        return found

    def memory(self) -> float:
        return sum(map(pss, self.web))

    def process_of(self, client: Client) -> int:
        """The web process that has the other end of a client's connection."""
        port = client.socket.local_address[1]
        return next(
            pid
            for pid in self.web
            for link in psutil.Process(pid).net_connections()
            if link.raddr and link.raddr.port == port
        )


class Theirs:
    """A notebook of jupyter-collaboration's."""

    def __init__(self, peer: Peer, cells: int) -> None:
        self.name, self.peer = THEIRS, peer
        name = f"{uuid.uuid4().hex}.ipynb"
        (Path(peer.folder) / name).write_bytes(notebook_file(cells).read_bytes())
        asked = {"format": "json", "type": "notebook"}
        session = peer.ask("PUT", f"/api/collaboration/session/{name}", asked)
        room = f"{session['format']}:{session['type']}:{session['fileId']}"
        query = f"sessionId={session['sessionId']}&token={TOKEN}"
        self.address = f"ws://127.0.0.1:{peer.port}/api/collaboration/room/{room}?{query}"

    async def connect(self) -> ClientConnection:
        return await connect(self.address, max_size=None)

    def source(self, doc: "Doc[Any]") -> Text:
        found: Text = doc.get("cells", type=Array)[0]["source"]
        return found

    def memory(self) -> float:
        return pss(self.peer.process.pid)


Place = Ours | Theirs


@asynccontextmanager
async def pages(place: Place, number: int) -> AsyncIterator[list[Client]]:
    """So many clients in one notebook."""
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(number):
            client = Client(await place.connect())
            stack.push_async_callback(client.close)
            await client.sync()
            opened.append(client)
        yield opened


async def edits(place: Place, clients: Sequence[Client]) -> tuple[list[float], list[float]]:
    """Milliseconds until each edit of the first is visible at the last, and until it is acknowledged."""
    first, last = clients[0], clients[-1]
    source, there = place.source(first.doc), place.source(last.doc)
    visible, saved = [], []
    for _ in range(EDITS):
        await asyncio.sleep(PACE)
        before, length = len(first.saved), len(there)
        begun = time.perf_counter()
        await first.write(source, "x")
        await last.until(lambda: len(there) > length)  # noqa: B023
        visible.append((last.seen[-1] - begun) * MS)
        if place.name == OURS:
            await first.until(lambda: len(first.saved) > before)  # noqa: B023
            saved.append((first.saved[-1] - begun) * MS)
    return visible, saved


async def flood(place: Place, clients: Sequence[Client]) -> float:
    """Edits a second that go through one notebook: from its writers until one of them has them all."""
    there = place.source(clients[0].doc)
    length = len(there)
    begun = time.perf_counter()

    async def write(client: Client) -> None:
        source = place.source(client.doc)
        for _ in range(BURST):
            await client.write(source, "y")

    await asyncio.gather(*map(write, clients))
    await clients[0].until(lambda: len(there) == length + BURST * len(clients))
    return BURST * len(clients) / (time.perf_counter() - begun)


async def opening(place: Place) -> list[float]:
    """Milliseconds from the wish for a socket until the document is here, by the socket alone."""
    took = []
    for _ in range(OPENINGS):
        begun = time.perf_counter()
        async with pages(place, 1):
            took.append((time.perf_counter() - begun) * MS)
    return took


async def measure(platform: RunningPlatform, caller: Caller, peer: Peer) -> AsyncIterator[Figure]:
    """Ourselves in one process and the peer, in turn."""
    for cells in (5, 500):
        places: list[Place] = [Ours(platform, caller, cells), Theirs(peer, cells)]
        for crowd in (2, CROWD):
            what = f"{cells} cells, {crowd} clients"
            seen: dict[str, list[float]] = {}
            saved: list[float] = []
            for place in places:
                async with pages(place, crowd) as clients:
                    seen[place.name], acknowledged = await edits(place, clients)
                    saved += acknowledged
            yield Figure(f"Edit until visible at another: {what}", "ms", seen[OURS], {THEIRS: seen[THEIRS]})
            yield Figure(f"Edit until acknowledged as saved: {what}", "ms", saved)
        rates = {place.name: [await _rate(place) for _ in range(2)] for place in places}
        yield Figure(
            f"Edits through one notebook, {WRITERS} writers: {cells} cells", "/s", rates[OURS], {THEIRS: rates[THEIRS]}
        )
        opened = {place.name: await opening(place) for place in places}
        yield Figure(f"Open by the socket: {cells} cells", "ms", opened[OURS], {THEIRS: opened[THEIRS]})
    async for figure in _long_histories([Ours(platform, caller, 6), Theirs(peer, 6)]):
        yield figure
    async for figure in _memory(platform, caller, peer):
        yield figure


async def two_processes(platform: RunningPlatform, caller: Caller) -> AsyncIterator[Figure]:
    """The same of ourselves, where the writer and the reader are in different web processes."""
    place = Ours(platform, caller, 5)
    for crowd in (2, CROWD):
        async with pages(place, crowd + 10) as clients:
            here = place.process_of(clients[0])
            elsewhere = next(client for client in clients if place.process_of(client) != here)
            others = [client for client in clients[1:] if client is not elsewhere]
            for client in others[crowd - 2 :]:
                await client.close()
            visible, saved = await edits(place, [clients[0], *others[: crowd - 2], elsewhere])
        yield Figure(f"Edit until visible in another process: 5 cells, {crowd} clients", "ms", visible)
        yield Figure(f"Edit until acknowledged as saved, two processes: 5 cells, {crowd} clients", "ms", saved)


async def _rate(place: Place) -> float:
    async with pages(place, WRITERS) as clients:
        return await flood(place, clients)


async def _long_histories(places: Sequence[Place]) -> AsyncIterator[Figure]:
    opened = {}
    for place in places:
        for _ in range(-(-HISTORY // (WRITERS * BURST))):
            await _rate(place)
        opened[place.name] = await opening(place)
    yield Figure(f"Open by the socket: after {HISTORY:,} edits", "ms", opened[OURS], {THEIRS: opened[THEIRS]})


async def _memory(platform: RunningPlatform, caller: Caller, peer: Peer) -> AsyncIterator[Figure]:
    """What notebooks that are open, and readers of one of them, add to the server."""
    for what, each in (("an open notebook of 20 cells", True), ("a reader", False)):
        found = {}
        for make in (lambda: Ours(platform, caller, 20), lambda: Theirs(peer, 20)):
            places: list[Place] = [make() for _ in range(CROWD if each else 1)]
            before = places[0].memory()
            async with AsyncExitStack() as stack:
                for place in places:
                    await stack.enter_async_context(pages(place, 1 if each else CROWD))
                await asyncio.sleep(1)
                found[places[0].name] = [(places[0].memory() - before) * 1000 / CROWD]
        yield Figure(f"Memory of {what}, of {CROWD}", "kB", found[OURS], {THEIRS: found[THEIRS]})
