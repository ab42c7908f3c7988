"""Web processes as far apart as one test can have them: each with a thread, a loop, rooms and hints of its own."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from notebooks.collaboration import ydoc
from notebooks.collaboration.ydoc import DocumentValue
from runtimes.execution.hints import hints
from tests.notebooks.collaboration.pages import WebProcess

T = TypeVar("T")


class ThreadedProcess:
    """A web process that knows of others only through PostgreSQL and Redis, and that can be killed."""

    def __init__(self) -> None:
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self._thread.start()
        assert self._is_up.wait(20)

    @property
    def address(self) -> str:
        return self._web.address

    def kill(self) -> None:
        """Every connection breaks off without a word; what was not committed is gone."""
        self._loop.call_soon_threadsafe(self._die)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def stop(self) -> None:
        """An orderly end."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def mute(self, is_muted: bool) -> None:
        """Lose every hint that this process gives, or none."""
        self.run(self._mute(is_muted))

    def replica(self, notebook: UUID) -> DocumentValue | None:
        """What the room of `notebook` holds; None when nobody has it open here."""
        return self.run(self._replica(notebook))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _live(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with WebProcess() as self._web:
            self._is_up.set()
            await self._end.wait()

    def _die(self) -> None:
        for connection in list(self._web._server.server_state.connections):
            connection.transport.abort()
        self._end.set()

    async def _mute(self, is_muted: bool) -> None:
        told = hints()
        if is_muted:
            told.tell_others = lambda group, message: None  # type: ignore[method-assign]
        else:
            vars(told).pop("tell_others", None)

    async def _replica(self, notebook: UUID) -> DocumentValue | None:
        room = self._web.rooms._rooms.get(notebook)
        return ydoc.read_document(room._replica._doc) if room else None
