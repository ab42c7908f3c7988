"""Looks at this machine and names each protection of a box that it cannot give, with the remedy."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from runtimes.machines import linux
from runtimes.machines.cgroups import Hierarchy, find_hierarchy
from runtimes.machines.disk import find_mkfs
from runtimes.machines.identities import FIRST, become_root_of_one, open_user_namespace
from runtimes.machines.provider import Problem
from runtimes.machines.syscalls import PROCESSORS, this_processor

_GROUPS = {
    "memory": ("memory", "the memory that a box takes is not limited"),
    "pids": ("processes", "the number of processes in a box is not limited"),
    "cpu": ("cpus", "the processor time that a box takes is not limited"),
}
_BOX_NAMESPACES = linux.NEW_MOUNTS | linux.NEW_PID | linux.NEW_NET | linux.NEW_IPC | linux.NEW_UTS | linux.NEW_CGROUP


def missing_protections(home: Path) -> list[Problem]:
    is_root = os.geteuid() == 0
    problems = [*_missing_namespaces(is_root), *_missing_layers(home, is_root), *_missing_system_calls()]
    if not is_root:
        problems.append(
            Problem(
                "identities",
                "Boxes run with this account's own user id. Start the platform as root to give each its own.",
            )
        )
    return [*problems, *_missing_disk(is_root), *_missing_limits(find_hierarchy())]


def _missing_namespaces(is_root: bool) -> Iterator[Problem]:
    kinds = _BOX_NAMESPACES if is_root else _BOX_NAMESPACES | linux.NEW_USER
    failure = attempt(lambda: linux.unshare(kinds)) or (is_root and attempt(lambda: linux.unshare(linux.NEW_USER)))
    if failure:
        remedy = "sysctl user.max_user_namespaces and kernel.unprivileged_userns_clone, or a container without them"
        yield Problem("namespaces", f"This machine gives no namespaces ({failure}). See {remedy}.", False)


def _missing_layers(home: Path, is_root: bool) -> Iterator[Problem]:
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".trial-", dir=home) as folder:
        failure = attempt(lambda: _try_layers(Path(folder), is_root))
    if failure:
        remedy = "Linux 5.12 and a home folder and a /usr on ext4, xfs or btrfs are needed, not a container's overlay"
        yield Problem("layers", f"A box's file system cannot be put together ({failure}). {remedy}.", False)


def _try_layers(folder: Path, is_root: bool) -> None:
    """An overlay as a box has it, in namespaces that end with this process."""
    user_namespace = open_user_namespace(FIRST) if is_root else None
    if user_namespace is None:
        become_root_of_one()
    linux.unshare(linux.NEW_MOUNTS)
    linux.mount(None, "/", None, linux.RECURSIVE | linux.SLAVE)
    for name in ("lower", "upper", "work", "tree"):
        (folder / name).mkdir()
    for source in (str(folder), "/usr"):
        linux.mount_read_only(source, str(folder / "lower"), user_namespace)
    options = f"lowerdir={folder}/lower,upperdir={folder}/upper,workdir={folder}/work"
    linux.mount("overlay", str(folder / "tree"), "overlay", 0, options if is_root else f"{options},userxattr")


def _missing_system_calls() -> Iterator[Problem]:
    if this_processor() is None:
        known = " and ".join(PROCESSORS)
        yield Problem("system-calls", f"System calls are filtered on {known} only, not on this machine's processor.")


def _missing_disk(is_root: bool) -> Iterator[Problem]:
    if not is_root:
        yield Problem(
            "disk", "Boxes share the host's disk, and one that takes too much is ended. Start the platform as root."
        )
    elif find_mkfs() is None:
        yield Problem("disk", "Boxes share the host's disk: mkfs.ext4 was not found. Install e2fsprogs.")
    elif failure := _open_loop_control():
        yield Problem("disk", f"Boxes share the host's disk: no loop devices ({failure}). Load the module loop.")


def _open_loop_control() -> str:
    try:
        os.close(os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC))
    except OSError as problem:
        return str(problem)
    return ""


def _missing_limits(hierarchy: Hierarchy) -> Iterator[Problem]:
    for controller in hierarchy.missing:
        name, sentence = _GROUPS[controller]
        remedy = f"give this service the control group controller {controller} (systemd: Delegate=yes)"
        yield Problem(name, f"{sentence.capitalize()}: {remedy}.")


def attempt(trial: Callable[[], None]) -> str:
    """Runs the trial in a process of its own, for what it does cannot be undone; why it failed, or ""."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            trial()
        except OSError as problem:
            os.write(writing, str(problem).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said
