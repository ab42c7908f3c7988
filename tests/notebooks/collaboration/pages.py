"""Pages without a browser: Yjs clients on real sockets, and the server that they talk to."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from typing import Any, Self

import uvicorn
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.conf import settings
from django.test import Client
from django.urls import path
from pycrdt import Doc, Map, Text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from accounts.sockets import signed_in_sockets
from notebooks.collaboration import frames, store, ydoc
from notebooks.collaboration.consumers import NotebookConsumer
from notebooks.collaboration.lobby import Rooms

LARGEST = 4 * 2**20


class WebProcess:
    """A uvicorn with rooms of its own, in this test's event loop."""

    def __init__(self) -> None:
        self.rooms = Rooms()
        consumer: Any = NotebookConsumer.as_asgi(rooms=self.rooms)
        routes: list[Any] = [path("ws/notebooks/<uuid:notebook>", consumer)]
        application = signed_in_sockets(URLRouter(routes))
        config = uvicorn.Config(
            application,
            ws="websockets-sansio",
            ws_max_size=LARGEST,
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=1,
        )
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"ws://127.0.0.1:{self.listening.getsockname()[1]}"
        self._server = uvicorn.Server(config)
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._server.serve(sockets=[self.listening]))
        await until(lambda: self._server.started)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self.rooms.end(1012)

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._serving


class Page:
    """A notebook open in a browser, as far as its socket and its document go."""

    def __init__(self, connection: Any, client_id: int | None = None) -> None:
        self.socket = connection
        self.doc: Doc[Any] = Doc(client_id=client_id)
        self.cells: Map[Any] = self.doc.get("cells", type=Map)
        self.meta: Map[Any] = self.doc.get("meta", type=Map)
        self.said: list[dict[str, Any]] = []
        self.shown: list[bytes] = []  # updates, as they came
        self.cursors: list[bytes] = []
        self.sent = self.acknowledged = self.asked = 0
        self.is_synced = False
        self._applying = False
        self._subscription = self.doc.observe(self._changed)
        self._unsent: list[bytes] = []
        self._reading = asyncio.create_task(self._read())

    @property
    def source(self) -> "Text":
        """The source of the first cell."""
        (first, *_) = sorted(self.cells.keys())
        source: Text = self.cells[first]["source"]
        return source

    @property
    def text(self) -> str:
        return str(self.source)

    @property
    def close_code(self) -> int | None:
        code: int | None = self.socket.close_code
        return code

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.said if frame["type"] == kind]

    async def sync(self) -> None:
        """Learn what the platform has."""
        self.is_synced = False
        await self.socket.send(frames.step_1(self.doc.get_state()))
        await until(lambda: self.is_synced, what="sync")

    async def type(self, text: str) -> None:
        """Append to the first cell, and send that."""
        source = self.source
        source += text
        await self.send_edits()

    async def send_edits(self) -> None:
        unsent, self._unsent = self._unsent, []
        for update in unsent:
            await self.send_update(update)

    async def send_update(self, update: bytes) -> None:
        self.sent += 1
        await self.socket.send(frames.update(update))

    async def answer(self) -> None:
        """Send all that is here, as a page does when it is asked what it has."""
        self.sent += 1
        await self.socket.send(frames.step_2(self.doc.get_update()))

    async def saved(self) -> None:
        await until(lambda: self.acknowledged == self.sent, what=f"{self.sent} acknowledgements: {self.said}")

    async def closed(self) -> int | None:
        await asyncio.wait_for(asyncio.shield(self._reading), 15)
        return self.close_code

    async def leave(self) -> None:
        await self.socket.close()
        await self._reading

    def take_edits(self) -> list[bytes]:
        """What was changed here and not sent; it will not be sent."""
        unsent, self._unsent = self._unsent, []
        return unsent

    def _changed(self, event: Any) -> None:
        if not self._applying:
            self._unsent.append(event.update)

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for data in self.socket:
                if isinstance(data, str):
                    self._hear(json.loads(data))
                else:
                    self._apply(frames.read_frame(data), is_answer=data[:2] == b"\x00\x01")

    def _hear(self, frame: dict[str, Any]) -> None:
        self.said.append(frame)
        if frame["type"] == "ack":
            self.acknowledged = frame["count"]

    def _apply(self, frame: frames.Frame, *, is_answer: bool) -> None:
        match frame:
            case frames.Edit(update):
                self.shown.append(update)
                self._applying = True
                self.doc.apply_update(update)
                self._applying = False
                self.is_synced |= is_answer
            case frames.Question():
                self.asked += 1
            case frames.Awareness(update):
                self.cursors.append(update)


class Visits:
    """Opens pages for people, and closes them at the end of the test."""

    def __init__(self, process: WebProcess, notebook: Any) -> None:
        self.process, self.notebook = process, notebook
        self.pages: list[Page] = []

    async def connect(self, cookie: str, *, to: WebProcess | None = None, notebook: Any = None, **about: Any) -> Page:
        address = f"{(to or self.process).address}/ws/notebooks/{notebook or self.notebook.pk}"
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}
        page = Page(await connect(address, additional_headers=headers, max_size=None, **about))
        self.pages.append(page)
        return page

    async def open(self, person: Any, *, to: WebProcess | None = None) -> Page:
        """A page that was greeted and has the document."""
        page = await self.connect(await in_thread(session_of, person), to=to)
        await until(lambda: page.said, what="hello")
        assert page.said[0]["type"] == "hello", page.said
        await page.sync()
        return page

    async def end(self) -> None:
        for page in self.pages:
            await page.leave()


def session_of(person: Any) -> str:
    """The cookie of a new session."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def until(ask: Callable[[], object], *, seconds: float = 10, what: str = "it") -> None:
    """Return as soon as `ask` says yes."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not ask():
        assert asyncio.get_running_loop().time() < deadline, f"waited {seconds} s in vain for {what}"
        await asyncio.sleep(0.01)


def committed(notebook: Any) -> ydoc.DocumentValue:
    """The document as PostgreSQL has it."""
    return ydoc.read_document(ydoc.open_document(store.load(notebook.pk).update))


def committed_text(notebook: Any) -> str:
    return committed(notebook).cells[0].source


async def in_thread(work: Callable[..., Any], *values: Any) -> Any:
    """Do database work from a test on the event loop, leaving no connection open."""
    return await database_sync_to_async(work, thread_sensitive=False)(*values)


async def acommitted_text(notebook: Any) -> str:
    return str(await in_thread(committed_text, notebook))
