"""Frames on their way to a socket: in order, never waited for, and bounded."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

MOST_BYTES = 8 * 2**20
TOO_SLOW = 4409


class Outgoing:
    """A queue and the task that empties it. A reader who falls behind by `MOST_BYTES` is told to come again."""

    def __init__(self, send: Callable[[str], Awaitable[None]], close: Callable[[int], Awaitable[None]]) -> None:
        self._send = send
        self._close = close
        self._frames: deque[str] = deque()
        self._size = 0
        self._code: int | None = None
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._empty())

    def send(self, frame: dict[str, Any]) -> None:
        if self._code is not None:
            return
        text = json.dumps(frame, separators=(",", ":"))
        self._frames.append(text)
        self._size += len(text)
        if self._size > MOST_BYTES and len(self._frames) > 1:
            self._frames.clear()
            self.close(TOO_SLOW)
        self._wake.set()

    def close(self, code: int) -> None:
        """Close the socket once what waits is sent."""
        if self._code is None:
            self._code = code
        self._wake.set()

    async def end(self) -> None:
        """The socket is gone."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _empty(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames:
                text = self._frames.popleft()
                await self._send(text)
                self._size -= len(text)
            if self._code is not None:
                await self._close(self._code)
                return
