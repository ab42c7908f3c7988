"""Pages that outlive their sockets: they edit offline, send again what was not acknowledged, and are reopened."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from pycrdt import Doc, Map
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from notebooks.collaboration import frames, ydoc

SYNC, ANSWER = 0, 1


@dataclass(eq=False, slots=True)
class Edit:
    """One edit as a page keeps it until it is acknowledged, with what it means for the reader."""

    update: bytes
    cell: str = ""
    typed: str = ""
    erased: str = ""
    added: str = ""
    dropped: str = ""


class Writer:
    """A page of one person: all its edits, and those that the platform has not called saved."""

    def __init__(self, notebook: Any, cookie: str, state: bytes) -> None:
        self.notebook, self.cookie = notebook, cookie
        self.edits: list[Edit] = []
        self.waiting: list[Edit] = []
        self.refused: list[dict[str, Any]] = []
        self.socket: ClientConnection | None = None
        self._begin(state)

    def __str__(self) -> str:
        return f"{len(self.waiting)} edits wait, refused were {self.refused}, the text is {self.value.cells}"

    @property
    def value(self) -> ydoc.DocumentValue:
        return ydoc.read_document(self.doc)

    @property
    def text(self) -> str:
        """All sources in order."""
        return "".join(cell.source for cell in self.value.cells)

    @property
    def is_settled(self) -> bool:
        return self.is_answered and not self.waiting

    def reopen(self, state: bytes) -> None:
        """The tab was closed; a new one has the platform's state and what the browser kept."""
        assert self.socket is None
        self._begin(state)
        for edit in self.waiting:
            self.doc.apply_update(edit.update)

    def edit(self, change: Callable[["Map[Any]"], None], **meaning: str) -> None:
        """Change the cells; the edit waits until it is sent."""
        made: list[bytes] = []
        subscription = self.doc.observe(lambda event: made.append(event.update))
        with self.doc.transaction():
            change(self.cells)
        self.doc.unobserve(subscription)
        for update in made:
            edit = Edit(update, **meaning)
            for kept in (self.edits, self.waiting, self._unsent):
                kept.append(edit)

    async def connect(self, address: str) -> None:
        """Open a socket and ask what is new, if anybody answers."""
        assert self.socket is None
        self._start_counting()
        try:
            headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie}"}
            self.socket = await connect(
                f"{address}/ws/notebooks/{self.notebook.pk}", additional_headers=headers, max_size=None
            )
            await self.socket.send(frames.step_1(self.doc.get_state()))
        except (OSError, ConnectionClosed):
            await self.cut()

    async def send(self) -> None:
        """Let go what may go. Before the platform has asked, nothing may."""
        while self.socket and self.is_answered and self._unsent:
            edit = self._unsent.pop(0)
            await self._send(frames.update(edit.update), [edit])

    async def send_again(self) -> None:
        """Send the oldest edit that is under way once more, as a network or a page may do."""
        if self.socket and self._under_way and (edits := self._under_way[0][1]):
            await self._send(frames.update(edits[0].update), [edits[0]])

    async def listen(self) -> None:
        """Take what has come."""
        while self.socket:
            try:
                data = await asyncio.wait_for(self.socket.recv(), 0.003)
            except TimeoutError:
                return
            except ConnectionClosed:
                await self.cut()
                return
            await (self._hear(json.loads(data)) if isinstance(data, str) else self._take(data))

    async def cut(self) -> None:
        """The network is gone, without a word to either end."""
        if self.socket:
            self.socket.transport.abort()
            await self.socket.wait_closed()
        self.socket = None
        self.is_answered = False

    def _begin(self, state: bytes) -> None:
        self.doc: Doc[Any] = ydoc.open_document(state)
        self.cells: Map[Any] = self.doc.get(ydoc.CELLS, type=Map)
        self._start_counting()

    def _start_counting(self) -> None:
        """Nothing is known of frames of an earlier connection."""
        self._sent, self.is_answered = 0, False
        self._under_way: list[tuple[int, list[Edit]]] = []
        self._unsent: list[Edit] = []

    async def _send(self, frame: bytes, edits: list[Edit]) -> None:
        assert self.socket
        self._sent += 1
        self._under_way.append((self._sent, edits))
        try:
            await self.socket.send(frame)
        except ConnectionClosed:
            await self.cut()

    async def _take(self, data: bytes) -> None:
        match frames.read_frame(data):
            case frames.Question(vector):
                self.is_answered, self._unsent = True, []
                await self._send(frames.step_2(self.doc.get_update(vector)), list(self.waiting))
            case frames.Edit(update):
                self.doc.apply_update(update)

    async def _hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "ack":
            done = {edit for number, edits in self._under_way if number <= frame["count"] for edit in edits}
            self._under_way = [entry for entry in self._under_way if entry[0] > frame["count"]]
            self.waiting = [edit for edit in self.waiting if edit not in done]
        elif frame["type"] == "refused":
            self.refused.append(frame)
            self._under_way = [entry for entry in self._under_way if entry[0] != frame["count"]]
