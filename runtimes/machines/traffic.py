"""What each box does with the way out: its share of it, and what in it looks like mining or scanning.

A box is known by the user ids that are its own, which the kernel tells of whoever opens a Unix socket. On a host where
boxes have none of their own, all of them share one share, and nobody can be named.

What looks wrong is written down beside the box's other files on the host, where the box cannot reach and from where it
goes with the box. Whoever looks for abuse reads it there.
"""

import asyncio
import json
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from runtimes.machines.box import Box
from runtimes.machines.identities import FIRST, PER_BOX, owner_of

CONNECTIONS = 200  # at once
LOOKUPS = 8  # names looked up or places connected to at once
FAILURES = 50  # places that did not answer, or may not be reached, within so many seconds
WITHIN = 60.0
RECENTLY = 600.0  # seconds for which what was seen counts as seen now
POOL, SCAN = "pool", "scan"

# What a miner says first, in the protocol that pools speak, whatever its program is called.
_STRATUM = re.compile(
    rb'"method"\s*:\s*"(?:mining\.(?:subscribe|authorize|configure|submit)|eth_submitLogin)"'
    rb'|"method"\s*:\s*"login"[^\n]{0,400}"(?:agent|algo|pass)"\s*:'
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that looks wrong: a kind of abuse, and what was seen. `at` is in seconds since 1970."""

    kind: str
    what: str
    at: float


class TooMuch(Exception):
    """The box has had its share; the text is a sentence for the person in it."""


class Share:
    """What one box has open, and what it tried in vain lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.open = 0
        self.lookups = asyncio.Semaphore(LOOKUPS)
        self._clock = clock
        self._failed: dict[tuple[str, int], float] = {}

    @property
    def is_scanning(self) -> bool:
        """It tried many places in vain."""
        self._forget_old()
        return len(self._failed) >= FAILURES

    @property
    def is_forgettable(self) -> bool:
        self._forget_old()
        return not self.open and not self._failed

    def failed(self, host: str, port: int) -> None:
        """There was no way to this place."""
        if len(self._failed) < FAILURES:
            self._failed[host, port] = self._clock()

    def _forget_old(self) -> None:
        since = self._clock() - WITHIN
        self._failed = {place: at for place, at in self._failed.items() if at > since}

    def tried(self) -> str:
        """Some of the places that were tried in vain."""
        return ", ".join(f"{host}:{port}" for host, port in list(self._failed)[:5])


class Shares:
    """Those of all boxes."""

    def __init__(self) -> None:
        self._of: dict[int, Share] = {}

    @contextmanager
    def taken(self, slot: int) -> Iterator[Share]:
        """One connection of this box; raises TooMuch when it has as many as it may."""
        share = self._of.setdefault(slot, Share())
        if share.open >= CONNECTIONS:
            raise TooMuch(f"This machine has {CONNECTIONS} connections open. Close some, and try again.")
        share.open += 1
        try:
            yield share
        finally:
            share.open -= 1
            if share.is_forgettable:
                self._of.pop(slot, None)


def slot_of(connection: socket.socket) -> int:
    """Which range of user ids the other end of a Unix socket has; the same number for all who have no range."""
    found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", found)
    return (int(user) - FIRST) // PER_BOX if user >= FIRST else -1


def is_stratum(data: bytes) -> bool:
    """Whether the first bytes through a tunnel are a miner's. Through TLS nothing of it can be seen."""
    return bool(_STRATUM.search(data))


def write_down(home: Path, slot: int, kind: str, what: str) -> None:
    """Keep a sighting beside the files of the box that has this range of user ids, in place of an earlier one."""
    name = owner_of(home, slot)
    if not name:
        return
    kept = {sighting.kind: sighting for sighting in _read(Box(home, name).traffic)}
    kept[kind] = Sighting(kind, what, time.time())
    new = Box(home, name).traffic.with_suffix(".new")
    try:
        new.write_text(json.dumps([asdict(sighting) for sighting in kept.values()]))
        new.replace(Box(home, name).traffic)
    except FileNotFoundError:
        return  # the box has just ended


def sightings(box: Box) -> list[Sighting]:
    """What was seen of this box lately."""
    since = time.time() - RECENTLY
    return [sighting for sighting in _read(box.traffic) if sighting.at > since]


def _read(file: Path) -> list[Sighting]:
    try:
        return [Sighting(**entry) for entry in json.loads(file.read_text())]
    except FileNotFoundError:
        return []
