"""Limits what a box may take and counts what it took, by control groups of version 1 or 2, below our own group."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("memory", "pids", "cpu")
COUNTING = "cpuacct"  # counts processor time in version 1, where it may be mounted apart from cpu
OURS = "tomoni-platform"  # where version 2 makes us move our own processes, for a group with children holds none
Setting = tuple[str, str, str, bool]  # controller, file, value, whether its absence is an error
SHARE = 512  # of 1,024: under load the platform's own processes come first


@dataclass(frozen=True)
class Limits:
    memory_bytes: int
    cpus: float
    pids: int


@dataclass(frozen=True)
class Usage:
    memory: int = 0
    memory_peak: int = 0
    cached: int = 0
    oom_kills: int = 0
    pids: int = 0
    cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Hierarchy:
    """Where groups can be made: for each controller the folder of our own group."""

    version: int
    folders: dict[str, Path]

    @property
    def missing(self) -> list[str]:
        return [controller for controller in CONTROLLERS if controller not in self.folders]


@dataclass(frozen=True)
class Group:
    """The control group of one box: one folder in version 2, one for each controller in version 1."""

    version: int
    folders: dict[str, Path]

    def create(self, limits: Limits) -> None:
        for folder in self.paths:
            folder.mkdir(exist_ok=True)
        settings = _settings_v2(limits) if self.version == 2 else _settings_v1(limits)
        for controller, name, value, required in settings:
            if controller in self.folders:
                _write(self.folders[controller] / name, value, required=required)

    def enter(self) -> None:
        """Moves the calling process into the group."""
        for folder in self.paths:
            _write(folder / "cgroup.procs", "0")

    @property
    def paths(self) -> list[Path]:
        return list(dict.fromkeys(self.folders.values()))

    def usage(self) -> Usage:
        memory, pids = self.folders.get("memory"), self.folders.get("pids")
        names = _MEMORY_V2 if self.version == 2 else _MEMORY_V1
        return Usage(
            memory=_number(memory, names["now"]),
            memory_peak=_number(memory, names["peak"]),
            cached=_field(memory, "memory.stat", names["cached"]),
            oom_kills=_field(memory, names["events"], "oom_kill"),
            pids=_number(pids, "pids.current"),
            cpu_seconds=self._cpu_seconds(),
        )

    def _cpu_seconds(self) -> float:
        """All processor time of the group since it was made."""
        if self.version == 2:
            return _field(next(iter(self.paths), None), "cpu.stat", "usage_usec") / 1e6
        return _number(self.folders.get(COUNTING), "cpuacct.usage") / 1e9


_MEMORY_V1 = {
    "now": "memory.usage_in_bytes",
    "peak": "memory.max_usage_in_bytes",
    "events": "memory.oom_control",
    "cached": "total_inactive_file",
}
_MEMORY_V2 = {"now": "memory.current", "peak": "memory.peak", "events": "memory.events", "cached": "inactive_file"}


def find_hierarchy(proc: Path = Path("/proc/self")) -> Hierarchy:
    """Our own place in the control groups. With version 2 the controllers are switched on for its children."""
    own = dict(_own_groups(proc / "cgroup"))
    mounts = dict(_mounted_groups(proc / "mountinfo"))
    unified = _below(mounts, own, "") if "" in mounts else None
    if unified is not None and unified.name == OURS:
        unified = unified.parent
    if unified is not None and "memory" in _words(unified / "cgroup.controllers"):
        return Hierarchy(2, dict.fromkeys(_switch_on(unified), unified))
    wanted = [controller for controller in (*CONTROLLERS, COUNTING) if controller in mounts and controller in own]
    folders = {controller: _below(mounts, own, controller) for controller in wanted}
    return Hierarchy(1, {name: folder for name, folder in folders.items() if os.access(folder, os.W_OK)})


def group_of_box(hierarchy: Hierarchy, name: str) -> Group:
    return Group(hierarchy.version, {key: folder / name for key, folder in hierarchy.folders.items()})


def remove(folders: list[Path], patience: float = 5.0) -> None:
    """Kills whatever is left in the group and removes it; it may be gone already, or half made."""
    deadline = time.monotonic() + patience
    for folder in folders:
        if folder.is_dir():
            _write(folder / "pids.max", "0", required=False)  # so that nothing forks faster than we kill
            _write(folder / "cgroup.kill", "1", required=False)
    while any(_remove_one(folder) for folder in folders):
        if time.monotonic() > deadline:
            raise OSError(f"control groups still in use: {[str(folder) for folder in folders if folder.is_dir()]}")
        time.sleep(0.01)


def _remove_one(folder: Path) -> bool:
    """Whether the group is still there after one more attempt."""
    for process in _words(folder / "cgroup.procs"):
        try:
            os.kill(int(process), signal.SIGKILL)
        except ProcessLookupError:
            continue
    try:
        folder.rmdir()
    except FileNotFoundError:
        return False
    except OSError:  # busy: its last process is still dying
        return True
    return False


def _own_groups(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text().splitlines():
        _, controllers, group = line.split(":", 2)
        for controller in controllers.split(","):
            yield controller, group


def _mounted_groups(path: Path) -> Iterator[tuple[str, tuple[str, Path]]]:
    """For each controller ("" is version 2) the group that its mount shows at the top, and the mount point."""
    for line in path.read_text().splitlines():
        before, after = line.split(" - ", 1)
        root, point = before.split()[3:5]
        kind, _, options = after.split()[:3]
        names = [""] if kind == "cgroup2" else options.split(",") if kind == "cgroup" else []
        for name in names:
            yield name, (root, Path(point))


def _below(mounts: dict[str, tuple[str, Path]], own: dict[str, str], controller: str) -> Path:
    root, point = mounts[controller]
    group = own.get(controller, "/")
    relative = group[len(root) :] if root != "/" and group.startswith(root) else group
    return point / relative.strip("/")


def _switch_on(group: Path) -> list[str]:
    """The controllers that children of this version 2 group get. The root group alone may keep processes."""
    available = [name for name in CONTROLLERS if name in _words(group / "cgroup.controllers")]
    control = group / "cgroup.subtree_control"
    lacking = [name for name in available if name not in _words(control)]
    if not all(_write(control, f"+{name}", required=False) for name in lacking):
        _move_processes_aside(group)
        for name in lacking:
            _write(control, f"+{name}", required=False)
    return [name for name in available if name in _words(control)]


def _move_processes_aside(group: Path) -> None:
    aside = group / OURS
    try:
        aside.mkdir(exist_ok=True)
    except OSError:  # not ours to divide; the missing controllers are reported
        return
    for process in _words(group / "cgroup.procs"):
        _write(aside / "cgroup.procs", process, required=False)


def _settings_v1(limits: Limits) -> list[Setting]:
    memory = str(limits.memory_bytes)
    return [
        ("memory", "memory.limit_in_bytes", memory, True),
        ("memory", "memory.memsw.limit_in_bytes", memory, False),  # absent where swap is not counted
        ("pids", "pids.max", str(limits.pids), True),
        ("cpu", "cpu.cfs_quota_us", str(int(limits.cpus * 100_000)), True),
        ("cpu", "cpu.shares", str(SHARE), True),
    ]


def _settings_v2(limits: Limits) -> list[Setting]:
    return [
        ("memory", "memory.max", str(limits.memory_bytes), True),
        ("memory", "memory.swap.max", "0", False),
        ("pids", "pids.max", str(limits.pids), True),
        ("cpu", "cpu.max", f"{int(limits.cpus * 100_000)} 100000", True),
        ("cpu", "cpu.weight", str(SHARE * 100 // 1024), True),
    ]


def _write(path: Path, value: str, *, required: bool = True) -> bool:
    """Control files are written in one call and never created."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, value.encode())
        finally:
            os.close(descriptor)
    except OSError:
        if required:
            raise
        return False
    return True


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:  # the group is gone, or has no such file
        return []


def _number(folder: Path | None, name: str) -> int:
    words = _words(folder / name) if folder else []
    return int(words[0]) if words and words[0].isdigit() else 0


def _field(folder: Path | None, name: str, field: str) -> int:
    words = _words(folder / name) if folder else []
    return int(words[words.index(field) + 1]) if field in words else 0
