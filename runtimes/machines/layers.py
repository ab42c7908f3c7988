"""The file system of a box: three overlays over read-only layers, and the few mounts that every program expects.

Runs in the box's first process, as root of the host, before any foreign code. What a box may have written is
never trusted with a path: every mount point is opened without following a symbolic link and mounted by descriptor.
"""

import os
from collections.abc import Sequence
from contextlib import suppress

from runtimes.machines import linux
from runtimes.machines.box import Box, Plan
from runtimes.machines.disk import mount_disk

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}

HIDDEN_FILES = (
    "buddyinfo cmdline config.gz consoles diskstats interrupts iomem ioports kallsyms kcore key-users keys kmsg "
    "kpagecgroup kpagecount kpageflags latency_stats locks modules pagetypeinfo partitions sched_debug schedstat "
    "slabinfo softirqs swaps sysrq-trigger timer_list timer_stats vmallocinfo zoneinfo"
)
HIDDEN_FOLDERS = "acpi asound bus driver dynamic_debug fs irq mpt pressure scsi sysvipc tty"
READ_ONLY_FOLDERS = ("sys",)


def build_root(box: Box, plan: Plan, user_namespace: int | None) -> None:
    """Leaves the finished root as the working folder, in a mount namespace of our own."""
    owner = plan.first_identity or 0
    linux.mount(None, "/", None, linux.RECURSIVE | linux.SLAVE)
    linux.mount("tmpfs", str(box.stage), "tmpfs", linux.NO_SUID, "mode=700,size=64k")
    os.chdir(box.stage)
    for name in ("disk", "tree"):
        os.mkdir(name)
    if plan.has_own_disk:
        mount_disk(box.disk, "disk")
    else:
        linux.mount(str(box.changes), "disk", None, linux.BIND)
    added = [f"{plan.image}/usr"] if os.path.isdir(f"{plan.image}/usr") else []
    sources = {"": [f"{plan.image}/root"], "usr": [*added, "/usr"], "usr/local": [f"{plan.image}/local"]}
    for place, layers in sources.items():
        _overlay(place, layers, owner, user_namespace)
    tree = os.open("tree", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    _mount_devices(tree, plan, owner)
    _mount_run(tree, box, plan, owner)
    linux.mount_read_only(plan.program, _at(make_folder(tree, "opt/tomoni")))
    _mount_proc(tree, box)
    os.chdir(tree)


def _overlay(place: str, sources: Sequence[str], owner: int, user_namespace: int | None) -> None:
    """One overlay at <place> of the tree, the first source on top, with its changes on the box's disk. Paths are
    relative to the stage, for the box can read them in /proc/self/mountinfo."""
    name = place.replace("/", "-") or "root"
    lowers = [f"lower-{name}", *(f"lower-{name}-{number}" for number in range(2, len(sources) + 1))]
    for lower, source in zip(lowers, sources, strict=True):
        os.mkdir(lower)
        linux.mount_read_only(source, lower, user_namespace)
    upper, work = f"disk/{name}", f"disk/{name}-work"
    for folder in (upper, work):
        os.makedirs(folder, exist_ok=True)
    if user_namespace is not None:
        os.chown(upper, owner, owner)
    options = f"lowerdir={':'.join(lowers)},upperdir={upper},workdir={work}"
    tree = os.open("tree", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    target = _at(make_folder(tree, place)) if place else "tree"
    own_marks = ",userxattr" if user_namespace is None else ""  # an ordinary user may not set trusted attributes
    linux.mount("overlay", target, "overlay", linux.NO_SUID | linux.NO_DEVICES, options + own_marks)
    os.close(tree)


def make_folder(root: int, path: str) -> int:
    """A descriptor of a folder below an open one, made if absent; fails where a symbolic link is on the way."""
    current = os.dup(root)
    for part in path.split("/"):
        with suppress(FileExistsError):  # whatever it is: the next line refuses what is not a folder
            os.mkdir(part, 0o755, dir_fd=current)
        following = linux.open_beneath(current, part, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
        os.close(current)
        current = following
    return current


def _at(descriptor: int) -> str:
    """A path for mount(2) that means exactly what was opened. The descriptor lives until this process execs."""
    return f"/proc/self/fd/{descriptor}"


def _mount_devices(tree: int, plan: Plan, owner: int) -> None:
    target = _at(make_folder(tree, "dev"))
    linux.mount("tmpfs", target, "tmpfs", linux.NO_SUID, f"mode=755,size=64k,uid={owner},gid={owner}")
    devices = make_folder(tree, "dev")
    for name in DEVICES:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666, dir_fd=devices))
        inside = linux.open_beneath(devices, name, os.O_PATH)
        linux.mount(f"/dev/{name}", _at(inside), None, linux.BIND)
    for name, destination in DEVICE_LINKS.items():
        os.symlink(destination, name, dir_fd=devices)
    terminals = _at(make_folder(devices, "pts"))
    flags = linux.NO_SUID | linux.NO_PROGRAMS
    linux.mount("devpts", terminals, "devpts", flags, "newinstance,ptmxmode=0666,mode=620")
    # Shared memory is freed by nobody when its maker is killed, so it must never fill the whole limit.
    shared_memory = _at(make_folder(devices, "shm"))
    flags = linux.NO_SUID | linux.NO_DEVICES
    linux.mount("tmpfs", shared_memory, "tmpfs", flags, f"mode=1777,size={plan.memory_bytes // 2}")


def _mount_run(tree: int, box: Box, plan: Plan, owner: int) -> None:
    flags = linux.NO_SUID | linux.NO_DEVICES
    target = _at(make_folder(tree, "run"))
    linux.mount("tmpfs", target, "tmpfs", flags, f"mode=755,size=16m,uid={owner},gid={owner}")
    run = make_folder(tree, "run")
    linux.mount_read_only(str(box.shared), _at(make_folder(run, "tomoni")))
    ours = make_folder(run, "tomoni")
    linux.mount_read_only(str(box.link), _at(make_folder(ours, "link")))
    if plan.network != "none":
        linux.mount_read_only(str(box.network(plan.network)), _at(make_folder(ours, "net")))


def _mount_proc(tree: int, box: Box) -> None:
    """The box's own processes; nothing of the machine that docker's masks would hide, and its own memory figures."""
    flags = linux.NO_SUID | linux.NO_DEVICES | linux.NO_PROGRAMS
    linux.mount("proc", _at(make_folder(tree, "proc")), "proc", flags)
    proc = _at(make_folder(tree, "proc"))
    for name in HIDDEN_FILES.split():
        if os.path.isfile(f"{proc}/{name}"):
            linux.mount("/dev/null", f"{proc}/{name}", None, linux.BIND)
    for name in HIDDEN_FOLDERS.split():
        if os.path.isdir(f"{proc}/{name}"):
            linux.mount("tmpfs", f"{proc}/{name}", "tmpfs", flags | linux.READ_ONLY, "size=4k,mode=555")
    for name in READ_ONLY_FOLDERS:
        linux.mount(f"{proc}/{name}", f"{proc}/{name}", None, linux.BIND)
        linux.mount(None, f"{proc}/{name}", None, linux.BIND | linux.REMOUNT | linux.READ_ONLY | flags)
    linux.mount_read_only(str(box.meminfo), f"{proc}/meminfo")
