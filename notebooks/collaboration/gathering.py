"""The people in a room: their sockets, their cursors, and whether they may still be there."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID, uuid4

from notebooks.collaboration import frames
from notebooks.collaboration.messages import PresenceNews
from notebooks.collaboration.presence import BadPresence, Presence
from notebooks.collaboration.visitors import Visitor
from notebooks.sharing.standings import standings

Tell = Callable[[PresenceNews], None]


class Gathering:
    """All visitors of one room in this process; `tell` reaches the rooms of other processes."""

    def __init__(self, notebook: UUID, tell: Tell) -> None:
        self.name = uuid4().hex
        self.visitors: set[Visitor] = set()
        self._notebook = notebook
        self._tell = tell
        self._presence = Presence()

    def enter(self, visitor: Visitor) -> None:
        self.visitors.add(visitor)
        if present := self._presence.everyone():
            visitor.outgoing.push(frames.awareness(present))

    def leave(self, visitor: Visitor) -> None:
        self.visitors.discard(visitor)
        self._spread(self._presence.leave(visitor))

    def move(self, visitor: Visitor, update: bytes) -> None:
        """Take a visitor's cursors and show them to the others."""
        try:
            self._spread(self._presence.receive(update, visitor, visitor.person), besides=(visitor,))
        except BadPresence as problem:
            visitor.refuse("bad-awareness", str(problem))
        else:
            visitor.shown_as(self._presence.color_of(visitor.person))

    def hear(self, news: PresenceNews) -> None:
        """Take what another process tells of its visitors."""
        if news.sender == self.name:
            return
        if news.is_wanted:
            if ours := self._presence.everyone(held_here=True):
                self._tell(PresenceNews(self.name, ours))
        elif update := self._presence.absorb(news.update, news.sender):
            self.push(frames.awareness(update))

    def ask_others(self) -> None:
        """Ask other processes who is there."""
        self._tell(PresenceNews(self.name, is_wanted=True))

    def forget_silent(self) -> None:
        if update := self._presence.forget_silent():
            self.push(frames.awareness(update))

    def push(self, data: bytes, *, besides: Collection[Visitor] = ()) -> None:
        for visitor in self.visitors:
            if visitor not in besides:
                visitor.outgoing.push(data)

    def say(self, frame: dict[str, Any]) -> None:
        for visitor in self.visitors:
            visitor.outgoing.say(frame)

    def close(self, code: int) -> None:
        for visitor in self.visitors:
            visitor.outgoing.close(code)
        self.visitors.clear()

    async def check(self) -> None:
        """Read again who is signed in and what everybody may do."""
        visitors = list(self.visitors)
        found = await standings(self._notebook, [(visitor.user, visitor.session) for visitor in visitors])
        for visitor, standing in zip(visitors, found, strict=True):
            visitor.learn(standing)
            visitor.close_if_silent()

    def _spread(self, update: bytes | None, *, besides: Collection[Visitor] = ()) -> None:
        if update:
            self.push(frames.awareness(update), besides=besides)
            self._tell(PresenceNews(self.name, update))
