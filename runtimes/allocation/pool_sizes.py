"""How many boxes of a type should wait. Pure: no Django, no clock, no network."""

from dataclasses import dataclass

MEBIBYTE = 2**20
BOX_BYTES = 160 * MEBIBYTE  # what a waiting box takes, with its kernel and the common libraries imported
RESERVE = 0.1  # of the host's memory, which waiting boxes leave to everybody else


@dataclass(frozen=True, slots=True)
class HostMemory:
    total: int
    available: int


def wanted(least: int, most: int, asked_lately: int) -> int:
    """One for every second machine that was asked for lately, within the limits of the administrator."""
    return min(most, max(least, (asked_lately + 1) // 2))


def affordable(host: HostMemory, share: float, held: int) -> int:
    """How many may wait in all, of every type together; `held` of them do already.

    Within their share of the memory, and where the host has become short of it they are the first to go.
    """
    by_share = int(host.total * share) // BOX_BYTES
    spare = host.available - int(host.total * RESERVE)
    return max(0, min(by_share, held + spare // BOX_BYTES))
