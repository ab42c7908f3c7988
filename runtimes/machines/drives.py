"""A person's drive on this host: an image that lasts, put into a running box from outside.

What enters a box's namespaces is a process of its own (`attaching`), for a process with threads may not.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO

from runtimes.machines.box import Box
from runtimes.machines.disk import make_disk
from runtimes.machines.provider import PLACES, CannotAttach, Drive

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
SECONDS = 60  # that attaching may take; a disk that was not taken off cleanly is checked first
SOURCES = Path(__file__).parents[2]
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


class Drives:
    """The drives below one home."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "drives"

    def attach(self, box: Box, drive: Drive, place: str) -> None:
        """Show the drive in a box that runs and goes on running meanwhile. Raises CannotAttach."""
        refuse_place(place)
        plan = box.read_plan()
        with self._one_at_a_time(drive.key):
            source = self._source(drive, owner=plan.first_identity, has_own_disk=plan.has_own_disk)
            _enter(box, "attach", place, str(source), str(plan.first_identity or 0))

    def detach(self, box: Box, place: str) -> None:
        """Take what is attached there from a box, when all of it is written. Raises CannotAttach."""
        refuse_place(place)
        _enter(box, "detach", place)

    def keeps(self, key: str) -> bool:
        return self._image(key).exists() or (self.folder / key).is_dir()

    def drop(self, key: str) -> None:
        """Delete a drive. Boxes that still have it keep it until they end."""
        with self._one_at_a_time(key):
            image = self._image(key)
            for file in (image, image.with_suffix(".node")):
                file.unlink(missing_ok=True)
            shutil.rmtree(image.with_suffix(".at"), ignore_errors=True)  # where it is mounted on its way, empty here
            shutil.rmtree(self.folder / key, ignore_errors=True)

    @contextmanager
    def read(self, key: str) -> Iterator[IO[bytes]]:
        """All that the drive holds, as a tar to be read. Raises CannotAttach."""
        with self._one_at_a_time(key):
            image = self._image(key)
            process = _contents("save", image if image.exists() else self.folder / key)
            assert isinstance(process.stdout, BufferedReader)
            has_begun = process.stdout.peek(1)  # it is mounted, and others may go on
        with _ended_well(process):
            if has_begun:
                yield process.stdout

    @contextmanager
    def write(self, drive: Drive, *, has_own_disk: bool) -> Iterator[IO[bytes]]:
        """A tar that is written becomes what the drive holds; another one of this name is gone. Raises CannotAttach."""
        self.drop(drive.key)
        with self._one_at_a_time(drive.key):
            final = self._image(drive.key) if has_own_disk else self.folder / drive.key
            new = final.with_name(f"{drive.key}.new")
            _remove(new)
            if has_own_disk:
                make_disk(new, drive.bytes, 0, lasts=True)
            else:
                new.mkdir(mode=0o700)
            process = _contents("fill", new)
            assert process.stdin
            with _ended_well(process):
                yield process.stdin
            _remove(new.with_suffix(".at"))
            new.replace(final)

    def _image(self, key: str) -> Path:
        return self.folder / f"{key}.img"

    def _source(self, drive: Drive, *, owner: int | None, has_own_disk: bool) -> Path:
        """The image, or where disks cannot be had the folder, made on first use."""
        if not has_own_disk:
            folder = self.folder / drive.key
            folder.mkdir(mode=0o700, exist_ok=True)
            return folder
        image = self._image(drive.key)
        if not image.exists():
            new = image.with_suffix(".new")
            make_disk(new, drive.bytes, 0, lasts=True)  # owners are translated: in each box it is root's
            new.replace(image)
        return image

    @contextmanager
    def _one_at_a_time(self, key: str) -> Iterator[None]:
        if not KEY.fullmatch(key):
            raise CannotAttach(f"{key!r} is no name for a drive.")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / f"{key}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _contents(what: str, source: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-E", "-S", "-m", "runtimes.machines.drive_contents", what, str(source)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=SOURCES, env=ENVIRONMENT, stdin=pipe, stdout=pipe, stderr=pipe)


@contextmanager
def _ended_well(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Raises CannotAttach with what it said unless it does its work to the end."""
    assert process.stdin
    assert process.stderr
    try:
        with suppress(BrokenPipeError, tarfile.ReadError):  # it says why
            yield
            process.stdin.close()
        said = process.stderr.read()
        if process.wait():
            raise CannotAttach(f"Its drive failed: {said.decode(errors='replace').strip()[-500:]}")
    finally:
        process.kill()
        process.wait()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def refuse_place(place: str) -> None:
    """Raises CannotAttach for where no drive may be shown."""
    path = PurePosixPath(place)
    is_plain = path.is_absolute() and str(path) == place and ".." not in path.parts and "\0" not in place
    if not is_plain or not any(PurePosixPath(parent) in path.parents for parent in PLACES):
        raise CannotAttach(f"A drive can be mounted below {', '.join(PLACES)}: for instance at /content/drive.")


def _enter(box: Box, *words: str) -> None:
    """Run `attaching` on the box's first process. Its id is no stranger's: held by us, it is a child of the monitor."""
    try:
        first = int(box.first.read_text())
    except FileNotFoundError as problem:
        raise CannotAttach("This machine is of an older version of the platform. Connect to a new one.") from problem
    try:
        process = os.pidfd_open(first)
    except ProcessLookupError as problem:
        raise CannotAttach("The machine has just ended.") from problem
    try:
        if _parent(first) != int(box.alive.read_text()):
            raise CannotAttach("The machine has just ended.")
        command = [sys.executable, "-E", "-S", "-m", "runtimes.machines.attaching", str(first), *words]
        done = subprocess.run(command, cwd=SOURCES, env=ENVIRONMENT, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as problem:
        raise CannotAttach("The drive did not answer in time.") from problem
    finally:
        os.close(process)
    if done.returncode:
        raise CannotAttach(done.stdout.strip() or f"It failed: {done.stderr.strip()[-500:]}")


def _parent(process: int) -> int:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])
