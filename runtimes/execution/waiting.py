"""The links of boxes that wait in the warm pool: this process holds them until their box is somebody's machine."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from uuid import UUID
from weakref import WeakKeyDictionary

import django.db

from runtimes.allocation.news import TAKEN
from runtimes.allocation.pool_taking import note_heard
from runtimes.execution.hints import Message, hints
from runtimes.execution.threads import in_thread

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0

Adopt = Callable[[], None]


class Waiting:
    """Those of one event loop. Each is adopted once, by a hint, or by a look at the rows when that was lost."""

    def __init__(self) -> None:
        self._links: dict[UUID, Adopt] = {}
        self._poll: asyncio.Task[None] | None = None

    async def add(self, box: UUID, adopt: Adopt) -> None:
        self._links[box] = adopt
        if self._poll is None:
            self._poll = asyncio.create_task(self._look_again_and_again())
            await hints().listen(TAKEN, self._hear)

    def remove(self, box: UUID) -> bool:
        """True when it still waited."""
        return self._links.pop(box, None) is not None

    def adopt(self, box: UUID) -> None:
        """Its row is gone: somebody has it, or it is being ended."""
        if link := self._links.pop(box, None):
            link()

    def _hear(self, message: Message) -> None:
        self.adopt(UUID(message["box"]))

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                for box in await in_thread(partial(note_heard, list(self._links))):
                    self.adopt(box)
            except django.db.Error:
                logger.warning("The database is away: the boxes of the pool are looked at later.")


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Waiting] = WeakKeyDictionary()


def waiting() -> Waiting:
    return _by_loop.setdefault(asyncio.get_running_loop(), Waiting())
