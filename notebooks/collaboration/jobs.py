"""What a room's loop takes in, and what comes of one round of it."""

from dataclasses import dataclass, field

from pycrdt import merge_updates

from notebooks.collaboration.messages import Committed
from notebooks.collaboration.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Received:
    """An update from a page, and how many it has sent on this connection."""

    visitor: Visitor
    update: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A page says what it has and wants the rest."""

    visitor: Visitor
    vector: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """It is time to compare with the database."""


Job = Received | Asked | Committed | Look


@dataclass(slots=True)
class Batch:
    """What one round commits, acknowledges and answers."""

    taken: list[Received] = field(default_factory=list)
    accepted: list[tuple[bytes, Visitor]] = field(default_factory=list)
    counts: dict[Visitor, int] = field(default_factory=dict)
    questions: list[Asked] = field(default_factory=list)
    asked_back: set[Visitor] = field(default_factory=set)

    @property
    def merged(self) -> bytes:
        """All that was accepted in one piece."""
        changes = [change for change, _ in self.accepted]
        return merge_updates(*changes) if len(changes) > 1 else changes[0]

    @property
    def rows(self) -> list[tuple[bytes, int | None]]:
        return [(change, visitor.user.pk) for change, visitor in self.accepted]
