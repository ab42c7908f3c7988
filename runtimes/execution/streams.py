"""Streams to a machine: bytes of a file or of a terminal, both ways, at the pace of the slower end."""

import asyncio
import json
from typing import Any
from uuid import UUID

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from runtimes.execution.commands import NO_LINK, NotDone, sessions
from runtimes.execution.peers import peers

DIALLED_WITHIN = 10.0  # seconds
OPENED_WITHIN = 30.0

Frame = dict[str, Any]


class Stream:
    """An open stream: binary frames are bytes, text frames small JSON objects."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self.opened: Frame = {}

    async def receive(self) -> Frame | bytes | None:
        """What the machine says next; None when it has hung up. A machine may say anything."""
        try:
            raw = await self._connection.recv()
        except ConnectionClosed:
            return None
        if isinstance(raw, bytes):
            return raw
        try:
            frame = json.loads(raw)
        except (ValueError, RecursionError):
            return None
        return frame if isinstance(frame, dict) else None

    async def send(self, frame: Frame | bytes) -> None:
        """Pass something on, once there is room for it; nothing happens when the machine has hung up."""
        try:
            await self._connection.send(frame if isinstance(frame, bytes) else json.dumps(frame))
        except ConnectionClosed:
            return

    async def close(self) -> None:
        await self._connection.close()


async def open_stream(runtime: UUID, what: Frame) -> Stream:
    """Have the machine open a stream; raises NotDone with what it, or the platform, has against it."""
    ticket = await peers().ticket(str(runtime))
    try:
        order = {"type": "stream", "ticket": ticket.text, "what": what}
        await sessions().command(runtime, {"do": "tool", "order": order})
        async with asyncio.timeout(DIALLED_WITHIN):
            connection = await ticket.connection
    except TimeoutError:
        raise NotDone("no-link", NO_LINK) from None
    finally:
        peers().forget(ticket)
    stream = Stream(connection)
    await _until_opened(stream)
    return stream


async def _until_opened(stream: Stream) -> None:
    try:
        async with asyncio.timeout(OPENED_WITHIN):
            first = await stream.receive()
    except TimeoutError:
        first = None
    match first:
        case dict() if first.get("type") == "opened":
            stream.opened = first
        case {"type": "refused", "code": str(code), "message": str(sentence)}:
            await stream.close()
            raise NotDone(code, sentence)
        case _:
            await stream.close()
            raise NotDone("no-link", NO_LINK)
