"""Finds the room of a notebook, or opens one: the rooms of one process."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from notebooks.collaboration.commits import Commits
from notebooks.collaboration.rooms import Room, RoomClosed
from notebooks.collaboration.visitors import Visitor


class Rooms:
    """The rooms of one process."""

    def __init__(self) -> None:
        self._rooms: dict[UUID, Room] = {}
        self._commits = Commits()

    async def enter(self, visitor: Visitor, hello: Mapping[str, Any]) -> Room:
        """Bring a visitor into the room of their notebook; raises RoomClosed."""
        while True:
            room = self._rooms.get(visitor.notebook)
            is_new = room is None
            if room is None:
                room = self._rooms[visitor.notebook] = Room(visitor.notebook, self._commits, self._forget)
            try:
                await room.enter(visitor, hello)
            except RoomClosed:
                if is_new:
                    raise
            else:
                return room

    async def end(self, code: int) -> None:
        """End all rooms, which close their sockets with `code`."""
        for room in list(self._rooms.values()):
            await room.end(code)
        await self._commits.close()

    def _forget(self, room: Room) -> None:
        if self._rooms.get(room.notebook) is room:
            del self._rooms[room.notebook]


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Rooms] = WeakKeyDictionary()


def rooms() -> Rooms:
    """The rooms of the running loop: one set for a process, but in tests one for each test."""
    return _by_loop.setdefault(asyncio.get_running_loop(), Rooms())
