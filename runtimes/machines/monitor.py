"""The process outside a box that starts it, watches it, ends it in time and says why it ended."""

import contextlib
import fcntl
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from runtimes.machines import cgroups, linux
from runtimes.machines.box import Box, Plan
from runtimes.machines.cgroups import Group, Limits, Usage
from runtimes.machines.disk import bytes_below, make_disk
from runtimes.machines.identities import become_root_of_one, open_user_namespace
from runtimes.machines.launch import Entry, become_box

GRACE_SECONDS = 30.0  # the agent ends the box at its lifetime; we do if it is dead or hostile
LOG_BYTES = 65_536
RUNNING = b"running"
KILLED = 128 + signal.SIGKILL
SECONDS_BETWEEN_WALKS = 10  # over the files of a box without a disk of its own


def main() -> None:
    """`monitor HOME NAME READY`: READY is a pipe on which we say that the box runs, or why it does not."""
    box = Box(Path(sys.argv[1]), sys.argv[2])
    ready = int(sys.argv[3])
    os.set_inheritable(ready, False)
    if os.fork():
        os._exit(0)  # whoever starts boxes is not asked to wait for them
    os.setsid()
    try:
        lock = _lock_as_alive(box)
        monitor = Monitor(box)
        monitor.launch()
    except OSError as problem:
        os.write(ready, str(problem).encode())
        sys.exit(1)
    os.write(ready, RUNNING)
    os.close(ready)
    monitor.watch()
    os.close(lock)


def _lock_as_alive(box: Box) -> int:
    """Whoever looks whether we run holds the lock for an instant, so one refusal says nothing."""
    alive = os.open(box.alive, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + 1
    while True:
        try:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    os.ftruncate(alive, 0)
    os.write(alive, str(os.getpid()).encode())
    return alive


class Monitor:
    def __init__(self, box: Box) -> None:
        self.box = box
        self.plan: Plan = box.read_plan()
        self.started = _now()
        self.log = bytearray()
        self.disk_used = 0
        self.next_walk = self.started
        self.stopping = ""  # why we end the box ourselves
        self.counter = os.urandom(8).hex()  # of a box that is started again under its name we count anew
        self.counted_at = self.started
        self.memory_byte_seconds = 0.0
        self.group = self._make_group()

    def _make_group(self) -> Group:
        folders = json.loads(self.box.groups.read_text())
        group = Group(folders["version"], {key: Path(folder) for key, folder in folders["folders"].items()})
        group.create(Limits(self.plan.memory_bytes, self.plan.cpus, self.plan.pids))
        return group

    def launch(self) -> None:
        """Returns when the box's first program runs; whatever stands in the way is an OSError with its reason."""
        if self.plan.has_own_disk:
            make_disk(self.box.disk, self.plan.disk_bytes, self.plan.first_identity or 0)
        first = self.plan.first_identity
        user_namespace = None if first is None else open_user_namespace(first)
        if first is None:
            become_root_of_one()
        linux.unshare(linux.NEW_PID)
        self._write_figures(Usage())
        self.output, box_output = os.pipe()
        if first is not None:
            os.fchown(box_output, first, first)  # or /dev/stdout could not be opened in the box
        life, self.life = os.pipe()
        failure, say_failure = os.pipe()
        self.init = os.fork()
        if self.init == 0:
            os.close(self.life)
            _enter(Entry(self.box, self.plan, self.group, user_namespace, life, box_output), say_failure)
        for descriptor in (box_output, life, say_failure, *([user_namespace] if user_namespace else [])):
            os.close(descriptor)
        said = os.read(failure, 4096).decode(errors="replace")
        os.close(failure)
        if said:
            os.waitpid(self.init, 0)
            raise OSError(said)
        self.box.first.write_text(str(self.init))

    def watch(self) -> None:
        """Until the box ends: figures each second, its last words, its deadline, and a request to stop it."""
        woken, wake = os.pipe()
        for end in (woken, wake, self.output):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGTERM, lambda number, frame: self._end("It was stopped."))
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        tick = time.monotonic()
        while (status := self._status()) is None:
            waiting = max(0.0, tick - time.monotonic())
            readable, _, _ = select.select([self.output, woken], [], [], waiting)
            if woken in readable:
                os.read(woken, 4096)
            if self.output in readable:
                self._keep_last_words()
            if time.monotonic() >= tick:
                tick = time.monotonic() + 1
                self._tick()
        self._keep_last_words()
        self._finish(status)

    def _tick(self) -> None:
        self._tell(self.group.usage())
        if _now() - self.started > self.plan.lifetime_seconds + GRACE_SECONDS:
            self._end("Its lifetime was over.")
        if not self.plan.has_own_disk and self.disk_used > self.plan.disk_bytes:
            self._end("It wrote more than its disk holds.")

    def _end(self, why: str) -> None:
        self.stopping = self.stopping or why
        os.kill(self.init, signal.SIGKILL)

    def _status(self) -> int | None:
        process, status = os.waitpid(self.init, os.WNOHANG)
        if process == 0:
            return None
        code = os.waitstatus_to_exitcode(status)
        return code if code >= 0 else 128 - code

    def _keep_last_words(self) -> None:
        try:
            self.log += os.read(self.output, LOG_BYTES)
        except BlockingIOError:
            return
        del self.log[:-LOG_BYTES]

    def _tell(self, usage: Usage) -> None:
        """Write down how it is. When the host's disk is full nobody hears of it, but the box goes on."""
        self._count(usage)
        with contextlib.suppress(OSError):
            self._write_figures(usage)
            self._write_meter(usage)
            self.box.log.write_bytes(self.log)

    def _write_figures(self, usage: Usage) -> None:
        limit = self.plan.memory_bytes
        disk, disk_limit = self._disk()
        figures = {
            "memory": usage.memory - usage.cached,
            "memory_limit": limit,
            "memory_peak": usage.memory_peak,
            "oom_kills": usage.oom_kills,
            "disk": disk,
            "disk_limit": disk_limit,
            "pids": usage.pids,
        }
        replacing = self.box.folder / "stats.new"  # beside the folder that the box sees
        replacing.write_text(json.dumps(figures))
        replacing.replace(self.box.shared / "stats.json")
        with self.box.meminfo.open("r+" if self.box.meminfo.exists() else "w") as meminfo:
            meminfo.write(meminfo_of(limit, usage))

    def _count(self, usage: Usage) -> None:
        """Memory is counted as it is held: from one look to the next."""
        now = _now()
        self.memory_byte_seconds += max(0, usage.memory - usage.cached) * (now - self.counted_at)
        self.counted_at = now

    def _write_meter(self, usage: Usage) -> None:
        meter = {
            "counter": self.counter,
            "seconds": self.counted_at - self.started,
            "cpu_seconds": usage.cpu_seconds,
            "memory_byte_seconds": self.memory_byte_seconds,
        }
        replacing = self.box.meter.with_suffix(".new")
        replacing.write_text(json.dumps(meter))
        replacing.replace(self.box.meter)

    def _disk(self) -> tuple[int, int]:
        if not self.plan.has_own_disk:
            if _now() >= self.next_walk:
                self.next_walk = _now() + SECONDS_BETWEEN_WALKS
                self.disk_used = bytes_below(self.box.changes)
            return self.disk_used, self.plan.disk_bytes
        try:
            disk = os.statvfs(f"/proc/{self.init}/root")
        except (AttributeError, OSError):  # not started yet, or just ended
            return 0, self.plan.disk_bytes
        return (disk.f_blocks - disk.f_bfree) * disk.f_frsize, disk.f_blocks * disk.f_frsize

    def _finish(self, status: int) -> None:
        usage = self.group.usage()
        self._tell(usage)
        self.box.disk.unlink(missing_ok=True)  # first, for on a full disk this makes room for the last words
        write_state(self.box, *end_of_box(status, usage.oom_kills, self.stopping))
        cgroups.remove(self.group.paths)


def end_of_box(status: int, oom_kills: int, stopping: str) -> tuple[str, str]:
    """The reason and a sentence."""
    if stopping:
        return "exit", stopping
    if status == KILLED and oom_kills:
        return "out-of-memory", "It used more memory than it has, and its agent was killed for it."
    return "exit", f"Its agent ended with status {status}."


def write_state(box: Box, reason: str, detail: str) -> None:
    replacing = box.state.with_suffix(".new")
    replacing.write_text(json.dumps({"reason": reason, "detail": detail}))
    replacing.replace(box.state)


def meminfo_of(limit: int, usage: Usage) -> str:
    """/proc/meminfo of a machine with this much memory; of fixed length, for it is rewritten in place."""
    free = max(0, limit - usage.memory)
    values = {
        "MemTotal": limit,
        "MemFree": free,
        "MemAvailable": min(limit, free + usage.cached),
        "Buffers": 0,
        "Cached": usage.cached,
        "SwapCached": 0,
        "Active": max(0, usage.memory - usage.cached),
        "Inactive": usage.cached,
        "SwapTotal": 0,
        "SwapFree": 0,
        "Shmem": 0,
        "Slab": 0,
        "SReclaimable": 0,
        "SUnreclaim": 0,
    }
    return "".join(f"{name + ':':<16}{value // 1024:>12} kB\n" for name, value in values.items())


def _now() -> float:
    """Monotonic, and counts the time that the host slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _enter(entry: Entry, say_failure: int) -> NoReturn:
    try:
        become_box(entry)
    except OSError as problem:
        os.write(say_failure, str(problem).encode())
    os._exit(1)


if __name__ == "__main__":
    main()
