"""On which host a machine is to be. Pure: no Django, no clock, no network."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Room:
    """What is free on one host, and how many machines each person has there already."""

    host: str
    places: int
    free: int
    kinds: frozenset[int]
    """The types that it takes."""
    holds: Counter[int] = field(default_factory=Counter)
    drives: frozenset[int] = frozenset()
    """Those people whose drives are kept here."""

    def fits(self, kind: int) -> bool:
        return self.free > 0 and kind in self.kinds

    def take(self, owner: int) -> None:
        self.free -= 1
        self.holds[owner] += 1


def best(rooms: Iterable[Room], owner: int, kind: int) -> Room | None:
    """Beside the owner's drive; else where they have fewest machines, so that one lost host takes little from anybody;
    else where most is free."""
    fitting = [room for room in rooms if room.fits(kind)]
    return min(fitting, key=lambda room: _rank(room, owner), default=None)


def _rank(room: Room, owner: int) -> tuple[bool, int, float, str]:
    """The lowest is the best."""
    return owner not in room.drives, room.holds[owner], -room.free / room.places, room.host
