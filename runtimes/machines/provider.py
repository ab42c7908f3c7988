"""What the rest of the platform knows about machines: start a box, stop it, list what there is.

A *box* is one runtime: files, processes and network of its own, and one agent that dials out. This port is all that
the platform uses, so that a sandbox on this host, a container and a pod in a cluster are the same thing to it.

Who owns the truth. The database says which boxes should exist; the provider says which do. It keeps no table of its
own: `list` looks at what is there, so a platform that crashed finds every box again, and one that lost its database
can still stop them. Names come from the caller and are the only handle.

How a box starts. `start` returns when the box's first program runs, not when its agent has dialled. It may be called
again for the same name, by a task that Celery repeats, in the same moment or after a crash half-way: one box comes of
it. A box that has ended by itself stays listed, with its reason, and is not started again; only `stop` forgets it.

How a box ends. By `stop`; by itself when its agent ends; at its lifetime, which is enforced inside by the agent and
outside by whoever watches the box, with the monotonic clock and without the platform. It never ends because the
process that started it did. After `stop` nothing of it is left: no process, file, mount, device or control group.

What a box used. `measure` says it for as long as the box is listed, also of one that has ended by itself, and counts
on the host, where the box cannot reach. None when there is no such box or nothing was counted yet.

What outlives boxes. `attach` shows a person's *drive*, a disk of their own on this host, in a box at a place below one
of `PLACES`; it is made on first use, keeps what is written to it when the box ends, however it ends, and may be in
several boxes at once. `keeps_drive` says whether it is on this host. Attaching what is there already and detaching what
is not do nothing. `drop_drive` deletes it. Whether code in that box may have it is for the caller to know. For backups,
`read_drive` gives all that it holds as a tar, also while boxes write to it, and `write_drive` takes one in its place.

What a provider promises (DESIGN §1.4): user code sees no file, process, socket or secret of the host, of the platform
or of another box, and cannot take more memory, disk, processor or processes than was given. A provider looks at the
machine that it runs on and reports each promise that it cannot keep there as a `Problem`, by name. It refuses to start
boxes unless the administrator has accepted each by that name.

Rejected: a daemon of our own that holds the boxes (one more thing to keep alive, and all boxes die with it), and a
provider that knows runtimes' states (two truths).
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Protocol

from runtimes.machines.seen import Process
from runtimes.machines.traffic import Sighting


@dataclass(frozen=True)
class BoxRequest:
    name: str
    token: str  # of the agent; the box's only secret
    agent_url: str
    memory_bytes: int
    disk_bytes: int
    cpus: float
    pids: int
    lifetime_seconds: int
    network: str = "none"  # none | registries | outward
    image: str = "python"
    waits_seconds: int = 0  # so long it may wait, its kernel ready, before it is welcomed and its lifetime begins
    kernel: str = "python3"  # the kernelspec that it starts
    imports: tuple[str, ...] = ()  # what such a kernel imports before anybody asks


@dataclass(frozen=True)
class Drive:
    """A disk that lasts. `key` is the only handle; `bytes` how much it is made for."""

    key: str
    bytes: int


PLACES = ("/content", "/mnt", "/media", "/home", "/root")


@dataclass(frozen=True)
class BoxState:
    name: str
    running: bool
    reason: str = ""  # "" while running | out-of-memory | exit | lost
    detail: str = ""  # a sentence


@dataclass(frozen=True)
class Meter:
    """What a box has used since it began. The figures of one `counter` only grow; another one began anew."""

    counter: str
    seconds: float
    cpu_seconds: float
    memory_byte_seconds: float


@dataclass(frozen=True)
class Problem:
    """A promise that cannot be kept on this machine."""

    name: str
    sentence: str  # what is missing and the remedy
    can_be_accepted: bool = True


class CannotStart(Exception):
    """The box cannot be started; the text is a sentence for a person."""


class CannotAttach(Exception):
    """The drive cannot be shown in the box, taken from it, or read; the text is a sentence for a person."""


class Provider(Protocol):
    def start(self, request: BoxRequest) -> None: ...

    def stop(self, name: str) -> None: ...

    def list(self) -> dict[str, BoxState]: ...

    def measure(self, name: str) -> Meter | None: ...

    def processes(self, name: str) -> Sequence[Process]: ...

    def traffic(self, name: str) -> Sequence[Sighting]: ...

    def attach(self, name: str, drive: Drive, place: str) -> None: ...

    def detach(self, name: str, place: str) -> None: ...

    def keeps_drive(self, key: str) -> bool: ...

    def drop_drive(self, key: str) -> None: ...

    def read_drive(self, key: str) -> AbstractContextManager[IO[bytes]]: ...

    def write_drive(self, drive: Drive) -> AbstractContextManager[IO[bytes]]: ...

    def check(self) -> Sequence[Problem]: ...
