"""Ourselves, as a browser's sockets see us: the notebook socket brings outputs, the runtime socket takes runs."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.clients import Caller
from tests.running import RunningPlatform

ENDED = {"done", "failed", "aborted", "unknown"}


class Page:
    """The two sockets of an open page."""

    def __init__(self, notebook: ClientConnection, runtime: ClientConnection) -> None:
        self.notebook, self.runtime = notebook, runtime
        self._beside = [asyncio.create_task(self._ignore(runtime)), asyncio.create_task(self._beat())]

    async def run(self, code: str) -> tuple[float, float, int]:
        """Seconds to the first output, seconds to the end, bytes of output frames."""
        name = str(uuid.uuid4())
        begun = time.perf_counter()
        await self.runtime.send(
            json.dumps({"type": "run", "id": name, "execution": name, "code": code, "cell": "bench"})
        )
        first, size = 0.0, 0
        while True:
            raw = await self.notebook.recv()
            if isinstance(raw, bytes):
                continue
            frame: dict[str, Any] = json.loads(raw)
            if frame["type"] in {"ops", "outputs"} and frame["execution"] == name:
                first = first or time.perf_counter() - begun
                size += len(raw)
            ended = frame["type"] == "execution" and frame["execution"]["state"] in ENDED
            if ended and frame["execution"]["id"] == name:
                return first, time.perf_counter() - begun, size

    async def reset(self) -> None:
        await self.runtime.send(json.dumps({"type": "reset", "id": "reset"}))

    async def close(self) -> None:
        for task in self._beside:
            task.cancel()

    async def _ignore(self, socket: ClientConnection) -> None:
        async for _ in socket:
            pass

    async def _beat(self) -> None:
        """A page that says nothing counts as gone, and here others have their turn for a minute."""
        while True:
            await asyncio.sleep(15)
            for socket in (self.notebook, self.runtime):
                await socket.send(json.dumps({"type": "ping"}))


@asynccontextmanager
async def page(platform: RunningPlatform, caller: Caller, notebook: str) -> AsyncIterator[Page]:
    """Open a notebook as a page does, without the page."""
    base = platform.address.replace("http", "ws", 1)
    headers = {"Cookie": caller.cookie}
    options: dict[str, Any] = {
        "origin": platform.address,
        "additional_headers": headers,
        "max_size": None,
        "ping_interval": None,
        "open_timeout": 120,
    }
    async with (
        connect(f"{base}/ws/notebooks/{notebook}", **options) as documents,
        connect(f"{base}/ws/runtimes/{notebook}", **options) as runtimes,
    ):
        opened = Page(documents, runtimes)
        yield opened
        await opened.reset()
        await opened.close()
