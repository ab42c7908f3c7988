"""The provider that keeps boxes on this host: namespaces, control groups and a monitor process for each box."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO

from runtimes.machines import cgroups, identities
from runtimes.machines.box import Box, Plan
from runtimes.machines.drives import Drives
from runtimes.machines.image import NONE, CannotBuild, Extras, build
from runtimes.machines.monitor import RUNNING
from runtimes.machines.program import install_program
from runtimes.machines.protections import missing_protections
from runtimes.machines.provider import BoxRequest, BoxState, CannotAttach, CannotStart, Drive, Meter, Problem
from runtimes.machines.seen import Process, processes_in
from runtimes.machines.traffic import Sighting, sightings

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
IMAGES = {"python"}
NETWORKS = {"none", "registries", "outward"}
LOCKS = 64  # shared by all names, so that a stopped box leaves no lock file behind
PATIENCE = 10.0  # seconds that a monitor has to end its box before it is killed with it
SOURCES = Path(__file__).parents[2]


class Sandbox:
    def __init__(self, home: Path, allow: AbstractSet[str], agent: Path, extras: Extras = NONE) -> None:
        self.home = home
        self.allow = allow
        self.agent = agent
        self.extras = extras
        self.drives = Drives(home)
        self.problems: list[Problem] | None = None

    def check(self) -> list[Problem]:
        self.problems = missing_protections(self.home)
        return self.problems

    def start(self, request: BoxRequest) -> None:
        box = self._box(request.name)
        _refuse_nonsense(request)
        with self._only_one(box.name):
            if is_running(box) or box.state.exists():
                return
            self._refuse_unless_protected()
            self._remove(box)
            try:
                self._prepare(box, request)
                _start_monitor(box)
            except (OSError, CannotBuild, identities.NoIdentityLeft, CannotStart) as problem:
                self._remove(box)
                raise CannotStart(f"The machine could not be started: {problem}") from problem

    def stop(self, name: str) -> None:
        box = self._box(name)
        with self._only_one(name):
            self._remove(box)

    def list(self) -> dict[str, BoxState]:
        folder = self.home / "boxes"
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        states = {name: self._state(self._box(name)) for name in names}
        return {name: state for name, state in states.items() if state is not None}

    def measure(self, name: str) -> Meter | None:
        try:
            return Meter(**json.loads(self._box(name).meter.read_text()))
        except FileNotFoundError:
            return None

    def processes(self, name: str) -> Sequence[Process]:
        try:
            folders = json.loads(self._box(name).groups.read_text())["folders"]
        except (FileNotFoundError, ValueError):  # no such box, or one that is being made
            return []
        return processes_in(Path(folder) for folder in folders.values())

    def traffic(self, name: str) -> Sequence[Sighting]:
        return sightings(self._box(name))

    def attach(self, name: str, drive: Drive, place: str) -> None:
        with self._running(name) as box:
            self.drives.attach(box, drive, place)

    def detach(self, name: str, place: str) -> None:
        with self._running(name) as box:
            self.drives.detach(box, place)

    def keeps_drive(self, key: str) -> bool:
        return self.drives.keeps(key)

    def drop_drive(self, key: str) -> None:
        self.drives.drop(key)

    def read_drive(self, key: str) -> AbstractContextManager[IO[bytes]]:
        return self.drives.read(key)

    def write_drive(self, drive: Drive) -> AbstractContextManager[IO[bytes]]:
        return self.drives.write(drive, has_own_disk=all(problem.name != "disk" for problem in self.check()))

    @contextmanager
    def _running(self, name: str) -> Iterator[Box]:
        """A box that nobody starts or stops meanwhile."""
        box = self._box(name)
        with self._only_one(name):
            if not is_running(box):
                raise CannotAttach("There is no such machine, or it has ended.")
            try:
                yield box
            except OSError as problem:
                raise CannotAttach(f"The drive cannot be had: {problem}.") from problem

    def _box(self, name: str) -> Box:
        if not NAME.fullmatch(name):
            raise CannotStart(f"{name!r} is no name for a machine.")
        return Box(self.home, name)

    @contextmanager
    def _only_one(self, name: str, *, wait: bool = True) -> Iterator[None]:
        """One start or stop of a name at a time, on this host."""
        locks = self.home / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / str(zlib.crc32(name.encode()) % LOCKS)).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_SH | fcntl.LOCK_NB)
            yield

    def _refuse_unless_protected(self) -> None:
        problems = self.check() if self.problems is None else self.problems
        refused = [p for p in problems if not p.can_be_accepted or p.name not in self.allow]
        if refused:
            reasons = " ".join(f"[{problem.name}] {problem.sentence}" for problem in refused)
            raise CannotStart(f"Machines cannot be kept apart well enough on this host. {reasons}")

    def _prepare(self, box: Box, request: BoxRequest) -> None:
        image, program = build(self.home, extras=self.extras), install_program(self.home, self.agent)
        missing = {problem.name for problem in self.problems or ()}
        (self.home / "boxes").mkdir(mode=0o700, exist_ok=True)
        box.folder.mkdir()
        for folder in (box.shared / "link", box.shared / "net", box.stage, box.changes, box.link):
            folder.mkdir(parents=True, exist_ok=True)
        if request.network != "none":
            box.network(request.network).mkdir(parents=True, exist_ok=True)
        else:
            (box.shared / "net").rmdir()
        first = None if "identities" in missing else identities.claim(self.home, box.name)
        _write_agent_settings(box, request, first)
        box.write_plan(
            Plan(
                image=str(image),
                program=str(program),
                memory_bytes=request.memory_bytes,
                disk_bytes=request.disk_bytes,
                cpus=request.cpus,
                pids=request.pids,
                lifetime_seconds=request.lifetime_seconds + request.waits_seconds,
                network=request.network,
                first_identity=first,
                has_own_disk="disk" not in missing,
            )
        )
        _write_groups(box)

    def _remove(self, box: Box) -> None:
        """Whatever there is of the box, at whichever step an earlier start or stop ended."""
        if box.folder.is_dir():
            with _monitor_ended(box):
                if box.groups.exists() and box.groups.stat().st_size:
                    folders = json.loads(box.groups.read_text())["folders"]
                    cgroups.remove([Path(folder) for folder in dict.fromkeys(folders.values())])
                identities.release(self.home, box.name)
                _remove_tree(box.folder)
        identities.release(self.home, box.name)

    def _state(self, box: Box) -> BoxState | None:
        """None for a box that went away while we looked."""
        if is_running(box):
            return BoxState(box.name, running=True)
        with suppress(FileNotFoundError):
            return BoxState(box.name, running=False, **json.loads(box.state.read_text()))
        try:
            with self._only_one(box.name, wait=False):
                gone = not box.folder.exists()
        except BlockingIOError:  # being started or stopped at this moment
            return BoxState(box.name, running=True)
        if gone:
            return None
        return BoxState(box.name, running=False, reason="lost", detail="Whoever watched over it was killed.")


def is_running(box: Box) -> bool:
    try:
        with box.alive.open() as alive:
            fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _refuse_nonsense(request: BoxRequest) -> None:
    if request.image not in IMAGES:
        raise CannotStart(f"There is no image {request.image!r} for machines.")
    if request.network not in NETWORKS:
        raise CannotStart(f"There is no network {request.network!r} for machines.")


def _write_agent_settings(box: Box, request: BoxRequest, owner: int | None) -> None:
    """Readable by the box's root alone."""
    path = box.shared / "agent.json"
    settings = {
        "url": request.agent_url,
        "token": request.token,
        "runtime": request.name,
        "lifetime_seconds": request.lifetime_seconds,
        "window": 8 * 1024**2,
        "waits_seconds": request.waits_seconds,
        "imports": request.imports,
        "kernel": request.kernel,
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    with os.fdopen(descriptor, "w") as file:
        json.dump(settings, file)
    if owner is not None:
        os.chown(path, owner, owner)


def _write_groups(box: Box) -> None:
    hierarchy = cgroups.find_hierarchy()
    installation = hashlib.sha256(os.fsencode(box.home)).hexdigest()[:8]
    group = cgroups.group_of_box(hierarchy, f"tomoni-{installation}-{box.name}")
    folders = {key: str(folder) for key, folder in group.folders.items()}
    box.groups.write_text(json.dumps({"version": group.version, "folders": folders}))


def _start_monitor(box: Box) -> None:
    """Gives it nothing of our environment, for it is ours that holds the platform's secrets."""
    reading, writing = os.pipe()
    command = [sys.executable, "-E", "-S", "-m", "runtimes.machines.monitor", str(box.home), box.name, str(writing)]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    with (
        (box.folder / "monitor.log").open("w") as log,
        subprocess.Popen(
            command, cwd=SOURCES, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[writing]
        ),
    ):
        os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read()
    if said != RUNNING:
        last_words = (box.folder / "monitor.log").read_text()[-500:].strip()
        raise CannotStart(said.decode(errors="replace") or f"its monitor died: {last_words}")


@contextmanager
def _monitor_ended(box: Box) -> Iterator[None]:
    """Ends the monitor, and with it the box; no other can begin before the block is left."""
    alive = os.open(box.alive, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + PATIENCE
        kind = signal.SIGTERM
        while not _locked(alive):
            _signal_monitor(alive, kind)
            kind = signal.SIGKILL if time.monotonic() > deadline else signal.SIGTERM
            time.sleep(0.01)
        yield
    finally:
        os.close(alive)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _signal_monitor(alive: int, kind: signal.Signals) -> None:
    """The descriptor of the process is taken while the lock is seen held, so it is never that of a stranger."""
    written = os.pread(alive, 32, 0)
    if not written:
        return  # it has just locked the file and will write its id
    with suppress(ProcessLookupError):
        process = os.pidfd_open(int(written))
        try:
            if not _locked(alive):
                signal.pidfd_send_signal(process, kind)
        finally:
            os.close(process)


def _remove_tree(folder: Path) -> None:
    """Also folders that their owner may not enter, which an ordinary user's overlay leaves behind."""
    if os.geteuid() != 0:
        for current, names, _ in os.walk(folder):
            for name in names:
                path = os.path.join(current, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
    shutil.rmtree(folder)
