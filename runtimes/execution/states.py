"""The life of an execution, as one table. Pure: no Django, no clock, no network."""

from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    ABORTED = "aborted"
    UNKNOWN = "unknown"


UNFINISHED = frozenset({State.QUEUED, State.SENT, State.RUNNING})
SENT_ON = frozenset({State.SENT, State.RUNNING})
