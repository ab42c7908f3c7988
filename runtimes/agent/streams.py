"""Bytes between one page and this box: a file on its way, or a terminal; each on a connection of its own.

The platform asks for a stream with a ticket, and we dial the ticket's address. Beside the link of results it stands in
nobody's way, it breaks without harm, and whoever asked simply asks again. Binary frames are the bytes; text frames are
small JSON objects. What is sent counts as on its way until the page has said how much of it arrived, and never more
than a window of it is: so a page that is slow slows the file or the program down, and nothing grows.
"""

import asyncio
import json
from contextlib import suppress
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from .config import Config
from .dialling import dial
from .places import Refused

WINDOW = 1024 * 1024  # bytes on their way
PIECE = 128 * 1024

Frame = dict[str, Any]


class Job(Protocol):
    """What happens on a stream: `run` until its end, `take` for each frame that comes meanwhile."""

    async def run(self, stream: "Stream") -> None: ...

    async def take(self, frame: Frame | bytes) -> None: ...

    def close(self) -> None: ...


class Stream:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = self._arrived = 0
        self._moved = asyncio.Event()

    async def say(self, **frame: Any) -> None:
        await self._socket.send(json.dumps(frame))

    async def send(self, data: bytes) -> None:
        """Send at most `PIECE` bytes, once the window has room for them."""
        while self._sent - self._arrived >= WINDOW:
            self._moved.clear()
            await self._moved.wait()
        self._sent += len(data)
        await self._socket.send(data)

    @property
    def is_behind(self) -> bool:
        """A window of bytes is on its way."""
        return self._sent - self._arrived >= WINDOW

    def arrived(self, total: int) -> None:
        self._arrived = max(self._arrived, min(total, self._sent))
        self._moved.set()


async def serve(config: Config, ticket: str, job: Job) -> None:
    """Dial the ticket's address and do the job there. A connection that breaks ends it."""
    try:
        async with dial(config, f"/streams/{ticket}") as socket:
            await _serve(socket, job)
    except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake):
        pass  # whoever waits for it asks again
    finally:
        job.close()


async def _serve(socket: ClientConnection, job: Job) -> None:
    stream = Stream(socket)
    running = asyncio.create_task(_run(job, stream))
    running.add_done_callback(lambda _: asyncio.create_task(socket.close()))
    try:
        async for raw in socket:
            if isinstance(raw, bytes):
                await _take(job, stream, raw)
            else:
                await _hear(job, stream, json.loads(raw))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError, ConnectionClosed):
            await running


async def _run(job: Job, stream: Stream) -> None:
    try:
        await job.run(stream)
    except Refused as refused:
        await _refuse(stream, refused)


async def _hear(job: Job, stream: Stream, frame: Any) -> None:
    match frame:
        case {"type": "arrived", "bytes": int(total)}:
            stream.arrived(total)
        case {"type": str()}:
            await _take(job, stream, frame)


async def _take(job: Job, stream: Stream, frame: Frame | bytes) -> None:
    try:
        await job.take(frame)
    except Refused as refused:
        await _refuse(stream, refused)


async def _refuse(stream: Stream, refused: Refused) -> None:
    with suppress(ConnectionClosed):
        await stream.say(type="refused", code=refused.code, message=str(refused))
