"""When to commit: output at most twenty times a second, the first after a pause at once; the rest when it is due."""

import asyncio
from collections.abc import Awaitable, Callable

WRITES_APART = 0.05


class Cadence:
    """Calls `commit` when something is due, never twice at a time. What comes due meanwhile is in the next."""

    def __init__(self, commit: Callable[[], Awaitable[None]]) -> None:
        self._commit = commit
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._due_at = float("inf")
        self._committing: asyncio.Task[None] | None = None
        self._begun_at = float("-inf")
        self._is_over = False

    def due(self, seconds: float) -> None:
        """Commit in so many seconds, or earlier."""
        when = self._loop.time() + max(0.0, seconds)
        if when >= self._due_at or self._is_over:
            return
        self._due_at = when
        if self._timer:
            self._timer.cancel()
        if self._committing is None:
            self._timer = self._loop.call_at(when, self._begin)

    def due_for_output(self) -> None:
        self.due(self._begun_at + WRITES_APART - self._loop.time())

    def stop(self) -> None:
        """Begin no more commits."""
        self._is_over = True
        if self._timer:
            self._timer.cancel()

    async def end(self) -> None:
        """Stop, and wait for the commit under way."""
        self.stop()
        if self._committing:
            await asyncio.gather(self._committing, return_exceptions=True)

    def _begin(self) -> None:
        self._due_at = float("inf")
        self._begun_at = self._loop.time()
        self._committing = self._loop.create_task(self._run())

    async def _run(self) -> None:
        await self._commit()
        self._committing = None
        if self._due_at < float("inf") and not self._is_over:
            self._timer = self._loop.call_at(self._due_at, self._begin)
