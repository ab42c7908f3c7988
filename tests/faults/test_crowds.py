"""Very many people in one notebook, and all of them coming back at once."""

import asyncio
import contextlib
import json
import random
from collections import Counter
from typing import Any, LiteralString, Self

import psycopg
import pytest
from pycrdt import Doc, Map, Text, create_sync_message, create_update_message, handle_sync_message
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from notebooks.collaboration.outgoing import RESYNC
from tests.clients import Caller
from tests.faults.test_sockets import resident
from tests.rounds import rounds
from tests.running import RunningPlatform

SOCKETS = rounds(200, 500)
PEOPLE = 4  # one person may hold 200 sockets in a web process
READERS, WRITERS = rounds(20, 200), rounds(5, 10)
EDITS = rounds(1_000, 100_000)
MEGABYTE = 2**20
LONGEST, UNDER_WAY = 2_000, 40
FOLD_ROWS = 500


def address(caller: Caller, notebook: str) -> dict[str, Any]:
    return {
        "uri": f"ws://localhost:{caller.port}/ws/notebooks/{notebook}",
        "origin": Origin(caller.platform.address),
        "additional_headers": {"Cookie": caller.cookie},
        "max_size": None,
        "open_timeout": 60,
    }


@pytest.fixture(scope="module")
def people(platform: RunningPlatform) -> list[Caller]:
    return [Caller(platform, f"person{number}@example.org") for number in range(PEOPLE)]


@pytest.fixture
def crowded(platform: RunningPlatform, people: list[Caller], notebook: str) -> str:
    """A notebook that all of them may edit."""
    for person in people:
        platform.testctl("share", notebook, person.email, "editor")
    return notebook


class Tab:
    """Holds a socket open and comes back as the page does: after 0.2 s, doubled up to 5 s, each time jittered."""

    def __init__(self, caller: Caller, notebook: str) -> None:
        self.where = address(caller, notebook)
        self.is_there, self.visits = False, 0
        self.closed: list[int | None] = []
        self.refused: list[int] = []

    async def live(self) -> None:
        pause = 0.2
        while True:
            with contextlib.suppress(OSError, TimeoutError, EOFError):
                try:
                    async with connect(**self.where) as opened:
                        hello = json.loads(await opened.recv())
                        self.is_there, pause = hello["type"] == "hello", 0.2
                        self.visits += self.is_there
                        async for _ in opened:
                            pass
                except InvalidStatus as refused:
                    self.refused.append(refused.response.status_code)
                except ConnectionClosed as closed:
                    self.closed.append(closed.rcvd.code if closed.rcvd else None)
            self.is_there = False
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(5.0, pause * 2)


def test_p25_hundreds_come_back_at_once(platform: RunningPlatform, people: list[Caller], crowded: str) -> None:
    tabs = [Tab(people[number % PEOPLE], crowded) for number in range(SOCKETS)]

    async def scene() -> None:
        living = [asyncio.create_task(tab.live()) for tab in tabs]
        await eventually(lambda: all(tab.is_there for tab in tabs), seconds=60)
        for which in (0, 1):
            platform.kill("web", which=which)
        await eventually(lambda: all(tab.visits > 1 and tab.is_there for tab in tabs), seconds=60)
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)

    asyncio.run(scene())
    assert Counter(status for tab in tabs for status in tab.refused) == {}
    assert platform.get("/healthz")


async def eventually(ask: Any, *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not ask():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


class Reader:
    """A page that is open, and follows."""

    def __init__(self, caller: Caller, notebook: str) -> None:
        self.where = address(caller, notebook)
        self.doc: Doc[Any] = Doc()
        self.cells = self.doc.get("cells", type=Map)
        self.is_synced = asyncio.Event()
        self.acknowledged = self.sent = 0
        self.resyncs = 0
        self.news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.living = [asyncio.create_task(self.live()), asyncio.create_task(self.ping())]
        await asyncio.wait_for(self.is_synced.wait(), 60)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self.living:
            task.cancel()
        await asyncio.gather(*self.living, return_exceptions=True)

    async def live(self) -> None:
        """Who falls behind is told to come anew, and does."""
        while True:
            async with connect(**self.where) as self.socket:
                self.acknowledged = self.sent = 0
                await self.socket.send(create_sync_message(self.doc))
                with contextlib.suppress(ConnectionClosed):
                    await self.read()
                assert self.socket.close_code == RESYNC, (self.socket.close_code, self.socket.close_reason)
                self.resyncs += 1

    async def ping(self) -> None:
        """A page that says nothing counts as gone."""
        while True:
            await asyncio.sleep(15)
            with contextlib.suppress(ConnectionClosed):
                await self.socket.send('{"type": "ping"}')

    @property
    def text(self) -> str:
        (cell,) = self.cells.values()
        return str(cell["source"])

    async def read(self) -> None:
        async for frame in self.socket:
            if isinstance(frame, bytes) and frame[0] == 0:
                if reply := handle_sync_message(frame[1:], self.doc):
                    await self.send(reply)
                if frame[1] == 1:
                    self.is_synced.set()
            elif isinstance(frame, str):
                said = json.loads(frame)
                assert said["type"] != "refused", said
                self.acknowledged = said.get("count", self.acknowledged)
            self.news.set()

    async def send(self, data: bytes) -> None:
        """What is lost with a socket is sent again when the platform asks what is here."""
        self.sent += 1
        with contextlib.suppress(ConnectionClosed):
            await self.socket.send(data)

    async def write(self, name: str, number: int) -> None:
        """Type words, and keep the cell as long as cells are; a few frames are under way, as with a page."""
        (cell,) = self.cells.values()
        source: Text = cell["source"]
        made: list[bytes] = []
        subscription = self.doc.observe(lambda event: made.append(event.update))
        for word in range(number):
            with self.doc.transaction():
                source += f"<{name}.{word}>"
                del source[0 : max(0, len(source) - LONGEST)]
            await self.send(create_update_message(made.pop()))
            while self.sent - self.acknowledged > UNDER_WAY:
                self.news.clear()
                await self.news.wait()
            await asyncio.sleep(0.006)  # 200 frames a second are allowed
        self.doc.unobserve(subscription)


def test_many_readers_and_writers_end_equal_in_bounded_memory_and_rows(
    platform: RunningPlatform, people: list[Caller], crowded: str
) -> None:
    before = resident(platform)
    most_rows = 0

    async def scene() -> tuple[set[str], int]:
        nonlocal most_rows
        async with contextlib.AsyncExitStack() as stack:
            pages = [Reader(people[number % PEOPLE], crowded) for number in range(READERS + WRITERS)]
            for page in pages:
                await stack.enter_async_context(page)
            writers = pages[:WRITERS]
            writing = asyncio.gather(*(page.write(str(n), EDITS // WRITERS) for n, page in enumerate(writers)))
            while not writing.done():
                await asyncio.wait([writing], timeout=1)
                most_rows = max(most_rows, await asyncio.to_thread(rows, platform))
            await writing
            await eventually(lambda: all(page.sent == page.acknowledged for page in pages), seconds=60)
            await eventually(lambda: len({page.text for page in pages}) == 1, seconds=60)
            assert not [task for page in pages for task in page.living if task.done()]
            return {page.text for page in pages}, sum(page.resyncs for page in pages)

    (text,), resyncs = asyncio.run(scene())
    assert text == platform.testctl("dump", crowded)["cells"][0]["source"]
    # Each cuts what it sees to the length of a cell; what is under way to it at that moment comes on top.
    assert LONGEST // 2 < len(text) < LONGEST + 10 * UNDER_WAY * WRITERS
    grown = resident(platform) - before
    print(
        f"{EDITS} edits, {READERS} readers: {grown / MEGABYTE:.0f} MB, at most {most_rows} rows, {size(platform)},"
        f" {resyncs} came anew"
    )
    assert grown < 150 * MEGABYTE
    assert most_rows < 5 * FOLD_ROWS


def ask(platform: RunningPlatform, query: LiteralString) -> Any:
    with psycopg.connect(host=str(platform.home / "run"), user="tomoni", dbname="tomoni") as opened:
        return opened.execute(query).fetchall()


def rows(platform: RunningPlatform) -> int:
    return int(ask(platform, "SELECT count(*) FROM collaboration_documentupdate")[0][0])


def size(platform: RunningPlatform) -> Any:
    return ask(
        platform,
        "SELECT pg_size_pretty(pg_total_relation_size('collaboration_documentupdate')),"
        " pg_size_pretty(pg_total_relation_size('collaboration_document')), max(length(snapshot))"
        " FROM collaboration_document",
    )
