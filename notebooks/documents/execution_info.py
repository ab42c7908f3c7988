"""`executionInfo` in a cell's metadata: who ran it, when it ended and how long it took, as Colab writes it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

STATUSES = {"done": "ok", "failed": "error", "aborted": "aborted"}


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that has ended; `person` is the name of who ran it, `identity` what the platform calls them."""

    state: str
    started: datetime
    ended: datetime
    person: str
    identity: str


def with_execution_info(metadata: dict[str, Any], ran: Ran | None) -> dict[str, Any]:
    """The metadata of a cell that shows this run; what a file brought stays where nobody ran the cell here.

    `timestamp` is the end in milliseconds since 1970, `elapsed` milliseconds; times are UTC, so `user_tz` is 0.
    """
    if ran is None or ran.state not in STATUSES:
        return metadata
    info = {
        "status": STATUSES[ran.state],
        "timestamp": round(ran.ended.timestamp() * 1000),
        "elapsed": round((ran.ended - ran.started).total_seconds() * 1000),
        "user": {"displayName": ran.person, "userId": ran.identity},
        "user_tz": 0,
    }
    return metadata | {"executionInfo": info}
