"""What is on its way to one socket: a bounded queue and the one task that sends from it."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

MOST_BYTES = 8 * 2**20
RESYNC = 4409

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outgoing:
    """Frames in the order in which they were pushed. Who reads too slowly is told to resync, and gets nothing more."""

    def __init__(self, send: Send) -> None:
        self.is_closed = False
        self._send = send
        self._frames: deque[tuple[int, dict[str, Any]]] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._write())

    def say(self, frame: dict[str, Any]) -> None:
        """Queue a JSON frame."""
        text = json.dumps(frame)
        self._push(len(text), {"type": "websocket.send", "text": text})

    def push(self, data: bytes) -> None:
        """Queue a binary frame."""
        self._push(len(data), {"type": "websocket.send", "bytes": data})

    def close(self, code: int) -> None:
        """Close the socket after what is queued."""
        self._push(0, {"type": "websocket.close", "code": code})
        self.is_closed = True

    async def stop(self) -> None:
        """Send no more: the socket is gone."""
        self.is_closed = True
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def _push(self, size: int, message: dict[str, Any]) -> None:
        if self.is_closed:
            return
        if self._bytes + size > MOST_BYTES:
            self._frames.clear()
            self._bytes = 0
            self.close(RESYNC)
            return
        self._bytes += size
        self._frames.append((size, message))
        self._wake.set()

    async def _write(self) -> None:
        # A server says in its own way that the other end is gone: uvicorn by an OSError, others by a RuntimeError.
        with contextlib.suppress(OSError, RuntimeError):
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._frames:
                    size, message = self._frames.popleft()
                    self._bytes -= size
                    await self._send(message)
