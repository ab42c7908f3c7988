"""Which revisions go as they get old: many of today stay, few of last year. Pure: no Django, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
# Up to this age, one is kept in each such span; of the last day all are.
STEPS = ((DAY, None), (WEEK, HOUR), (30 * DAY, DAY), (timedelta.max, WEEK))
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Dated:
    """As much of a revision as matters here."""

    id: int
    at: datetime
    is_pinned: bool


def superfluous(revisions: Sequence[Dated], now: datetime) -> list[int]:
    """The ids of those that go; `revisions` are in order. Pinned ones stay, the first, and the last of each span."""
    gone = []
    for revision, following in pairwise(revisions[1:]):
        span = _span(revision, now)
        if not revision.is_pinned and span is not None and span == _span(following, now):
            gone.append(revision.id)
    return gone


def _span(revision: Dated, now: datetime) -> tuple[timedelta, int] | None:
    """The stretch of time in which one revision is enough; None when each is kept."""
    age = now - revision.at
    length = next(length for oldest, length in STEPS if age <= oldest)
    return None if length is None else (length, (revision.at - EPOCH) // length)
