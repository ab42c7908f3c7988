"""Which edits make one revision: people work in stretches, and change places. Pure: no Django, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Entry:
    """That somebody wrote something; where the log is folded, the last thing that they wrote."""

    sequence: int
    author: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Pauses:
    """A stretch of work ends with a pause, with a shorter one when somebody else goes on, and when it gets long."""

    pause: timedelta
    longest: timedelta

    @property
    def handover(self) -> timedelta:
        return self.pause / 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Work that belongs together, up to and including the edit `sequence`."""

    sequence: int
    authors: tuple[int, ...]
    at: datetime


def stretches(entries: Iterable[Entry], now: datetime, pauses: Pauses, earliest: int = 0) -> list[Stretch]:
    """The finished stretches in `entries`, which are in order; none ends before the edit `earliest`."""
    finished: list[Stretch] = []
    current: list[Entry] = []
    for entry in entries:
        if current and current[-1].sequence >= earliest and _is_over(current, entry, pauses):
            finished.append(_stretch(current))
            current = []
        current.append(entry)
    if current and (now - current[-1].at >= pauses.pause or now - current[0].at >= pauses.longest):
        finished.append(_stretch(current))
    return finished


def _is_over(current: list[Entry], following: Entry, pauses: Pauses) -> bool:
    gap = following.at - current[-1].at
    is_somebody_else = following.author not in {entry.author for entry in current}
    return (
        gap >= pauses.pause
        or (is_somebody_else and gap >= pauses.handover)
        or following.at - current[0].at >= pauses.longest
    )


def _stretch(entries: list[Entry]) -> Stretch:
    authors = dict.fromkeys(entry.author for entry in entries if entry.author is not None)
    return Stretch(entries[-1].sequence, tuple(authors), entries[-1].at)
