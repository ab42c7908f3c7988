"""What processes tell each other over Redis: hints, harmless to lose. The one place where Redis may be away.

A message to a group reaches the listeners in this process directly, and those of other processes by the channel layer.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import redis.exceptions
from channels.layers import BaseChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)

Message = dict[str, Any]
Listener = Callable[[Message], None]

TROUBLE = (redis.exceptions.RedisError, OSError, TimeoutError)
AGAIN_AFTER = 1.0
PATIENCE = 2.0


class Hints:
    """The hints of one event loop."""

    def __init__(self) -> None:
        self.process = uuid.uuid4().hex
        self.is_troubled = False  # the last attempt to tell others failed
        self._groups: dict[str, _Group] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def listen(self, group: str, listener: Listener) -> None:
        """Hear what is told to `group`; returns when Redis knows, or when it seems to be away."""
        if group not in self._groups:
            self._groups[group] = _Group(group, self.process)
        heard = self._groups[group]
        heard.listeners.add(listener)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(heard.is_heard.wait(), PATIENCE)

    async def unlisten(self, group: str, listener: Listener) -> None:
        heard = self._groups.get(group)
        if heard is None:
            return
        heard.listeners.discard(listener)
        if not heard.listeners:
            del self._groups[group]
            heard.task.cancel()
            await asyncio.gather(heard.task, return_exceptions=True)

    def tell(self, group: str, message: Message) -> None:
        """Tell every listener, here and elsewhere."""
        if group in self._groups:
            self._groups[group].deliver(message)
        self.tell_others(group, message)

    def tell_others(self, group: str, message: Message) -> None:
        """Tell the listeners in other processes."""
        task = asyncio.create_task(self._send(group, {"type": "hint", **message, "process": self.process}))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, group: str, message: Message) -> None:
        try:
            await asyncio.wait_for(_layer().group_send(group, message), PATIENCE)
            self.is_troubled = False
        except TROUBLE as problem:
            self.is_troubled = True
            logger.warning("Redis is away (%s): a hint to %s is lost, and healed by the next look.", problem, group)


class _Group:
    """One subscription, taken again and again while Redis is away."""

    def __init__(self, name: str, process: str) -> None:
        self.name = name
        self.listeners: set[Listener] = set()
        self.is_heard = asyncio.Event()
        self._process = process
        self.task = asyncio.create_task(self._hear())

    def deliver(self, message: Message) -> None:
        for listener in tuple(self.listeners):
            listener(message)

    async def _hear(self) -> None:
        while True:
            try:
                await self._hear_until_trouble()
            except TROUBLE:
                await asyncio.sleep(AGAIN_AFTER)

    async def _hear_until_trouble(self) -> None:
        layer = _layer()
        channel = await layer.new_channel()
        await layer.group_add(self.name, channel)
        self.is_heard.set()
        try:
            while True:
                message = await layer.receive(channel)
                if message.pop("process", "") != self._process:
                    self.deliver(message)
        finally:
            with contextlib.suppress(*TROUBLE):
                await layer.group_discard(self.name, channel)


def _layer() -> BaseChannelLayer:
    layer = get_channel_layer()
    assert layer is not None
    return layer


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Hints] = WeakKeyDictionary()


def hints() -> Hints:
    """The hints of the running loop: one for a process, but in tests one for each test."""
    loop = asyncio.get_running_loop()
    if loop not in _by_loop:
        _by_loop[loop] = Hints()
    return _by_loop[loop]
