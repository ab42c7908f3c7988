"""Gives each box 65,536 user and group ids of its own, so that even its root is nobody on the host."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtimes.machines import linux

FIRST = 1_000_000_000
PER_BOX = 65_536
SLOTS = 16_384  # FIRST + SLOTS * PER_BOX stays below 2**31, where some programs stop counting


class NoIdentityLeft(Exception):
    """Every range of ids is taken by a box."""


def claim(home: Path, name: str) -> int:
    """The first id of the range that belongs to this box, the same at every call until it is released."""
    with _locked(home) as claims:
        taken = {int(path.name): path.read_text() for path in claims.iterdir() if path.name.isdigit()}
        own = [slot for slot, owner in taken.items() if owner == name]
        free = (slot for slot in range(SLOTS) if slot not in taken)
        slot = own[0] if own else next(free, None)
        if slot is None:
            raise NoIdentityLeft(f"All {SLOTS} ranges of user ids are in use by boxes.")
        (claims / str(slot)).write_text(name)
        return FIRST + slot * PER_BOX


def release(home: Path, name: str) -> None:
    with _locked(home) as claims:
        for path in claims.iterdir():
            if path.name.isdigit() and path.read_text() == name:
                path.unlink()


def owner_of(home: Path, slot: int) -> str:
    """The box whose ids these are, the first of which is FIRST + slot * PER_BOX; "" if nobody's."""
    try:
        return (home / "identities" / str(slot)).read_text()
    except FileNotFoundError:
        return ""


def open_user_namespace(first: int) -> int:
    """A file descriptor of a new user namespace whose ids 0…65,535 are first…first+65,535 outside."""
    ready, say_ready = os.pipe()
    finished, say_finished = os.pipe()
    child = os.fork()
    if child == 0:
        _hold_user_namespace(say_ready, finished, say_finished)
    os.close(say_ready)
    try:
        if os.read(ready, 1) != b"+":
            raise OSError("a user namespace could not be made")
        for kind in ("uid", "gid"):
            Path(f"/proc/{child}/{kind}_map").write_text(f"0 {first} {PER_BOX}\n")
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        for descriptor in (ready, finished, say_finished):
            os.close(descriptor)
        os.waitpid(child, 0)


def become_root_of_one() -> None:
    """For an ordinary user: a user namespace in which nobody but we exist, as root."""
    user, group = os.getuid(), os.getgid()
    linux.unshare(linux.NEW_USER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def _hold_user_namespace(say_ready: int, finished: int, say_finished: int) -> None:
    os.close(say_finished)
    try:
        linux.unshare(linux.NEW_USER)
        os.write(say_ready, b"+")
        os.read(finished, 1)
    finally:
        os._exit(0)


@contextmanager
def _locked(home: Path) -> Iterator[Path]:
    claims = home / "identities"
    claims.mkdir(parents=True, exist_ok=True)
    with (claims / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield claims
