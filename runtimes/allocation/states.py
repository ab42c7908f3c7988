"""The life of a runtime, as one table. Pure: no Django, no clock, no network."""

from enum import StrEnum


class Status(StrEnum):
    REQUESTED = "requested"
    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    GONE = "gone"


class Reason(StrEnum):
    """Why a runtime ended."""

    USER = "user"
    RESET = "reset"
    IDLE = "idle"
    LIFETIME = "lifetime"
    BACKGROUND = "background"
    ACCELERATOR = "accelerator"
    LEFT = "left"
    OUT_OF_MEMORY = "out-of-memory"
    HOST_LOST = "host-lost"
    ADMINISTRATOR = "administrator"
    ABUSE = "abuse"
    FAILED = "failed"


MOVES: dict[Status, frozenset[Status]] = {
    Status.REQUESTED: frozenset({Status.STARTING, Status.STOPPING, Status.GONE}),
    Status.STARTING: frozenset({Status.READY, Status.STOPPING, Status.GONE}),
    Status.READY: frozenset({Status.STOPPING, Status.GONE}),
    Status.STOPPING: frozenset({Status.GONE}),
    Status.GONE: frozenset(),
}

LIVE = frozenset(status for status, onward in MOVES.items() if onward)


class WrongMove(Exception):
    """Somebody asked for a step that the table does not have: a bug, not bad luck."""


def check_move(old: Status, new: Status) -> None:
    if new not in MOVES[old]:
        raise WrongMove(f"a {old} runtime cannot become {new}")
