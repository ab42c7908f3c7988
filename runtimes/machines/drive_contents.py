"""Writes what a drive holds to a stream, or fills a drive from one: `drive_contents save|fill SOURCE`.

SOURCE is an image or a folder on the host; the stream is a tar, at the standard output or input. Boxes may have the
drive mounted and go on writing meanwhile, so that each file is as it was when it was read, as with any backup of files.
What they wrote may be anything: no link is followed, and where we may we see nothing but the drive.
"""

import os
import stat
import sys
import tarfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from runtimes.machines import linux
from runtimes.machines.disk import mount_disk

LEFT_OUT = {"lost+found"}  # of the file system, not of a person


def main() -> None:
    what, source = sys.argv[1], Path(sys.argv[2])
    try:
        root = _see_only(source)
        if what == "save":
            save(root, sys.stdout.buffer, owner=None if source.is_file() else 0)
        else:
            fill(root, sys.stdin.buffer)
    except (OSError, tarfile.TarError) as problem:
        sys.exit(str(problem))


def save(root: Path, out: IO[bytes], *, owner: int | None) -> None:
    """All below `root` as a tar. With `owner` it is that one's, whoever has it here."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for folder, folders, files, here in os.fwalk(root, follow_symlinks=False):
            if Path(folder) == root:
                folders[:] = [name for name in folders if name not in LEFT_OUT]
            for name in (*folders, *files):
                with suppress(FileNotFoundError):  # it has just been deleted
                    _add(tar, tarfile.TarInfo(str(Path(folder, name).relative_to(root))), name, here, owner)


def fill(root: Path, stream: IO[bytes]) -> None:
    """Everything in the tar to below `root`."""
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        tar.extraction_filter = getattr(tarfile, "tar_filter", None)  # older Pythons have none
        for member in tar:
            tar.extract(member, root, numeric_owner=True)


class _OfSize:
    """A file of which just as much is read as was said, though others write to it: zeros for what was cut off."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        return self._file.read(size).ljust(size, b"\0")


def _add(tar: tarfile.TarFile, member: tarfile.TarInfo, name: str, folder: int, owner: int | None) -> None:
    """What is there under this name of an open folder, if it is something that can be kept."""
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    member.mode, member.mtime = stat.S_IMODE(found.st_mode), found.st_mtime
    member.uid, member.gid = (found.st_uid, found.st_gid) if owner is None else (owner, owner)
    if stat.S_ISLNK(found.st_mode):
        member.type, member.linkname = tarfile.SYMTYPE, os.readlink(name, dir_fd=folder)
        tar.addfile(member)
    elif stat.S_ISDIR(found.st_mode):
        member.type = tarfile.DIRTYPE
        tar.addfile(member)
    elif stat.S_ISREG(found.st_mode):
        # Without waiting: a pipe may have taken its place.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open(name, flags, dir_fd=folder), "rb") as file:
            opened = os.fstat(file.fileno())
            if stat.S_ISREG(opened.st_mode):
                member.size = opened.st_size
                tar.addfile(member, _OfSize(file))  # type: ignore[arg-type]


def _see_only(source: Path) -> Path:
    """The folder of the contents: mounted for us alone if it is an image, and the root of all that we see."""
    shown = source
    if source.is_file():
        linux.unshare(linux.NEW_MOUNTS)
        linux.mount(None, "/", None, linux.RECURSIVE | linux.SLAVE)
        shown = source.with_suffix(".at")
        shown.mkdir(exist_ok=True)
        mount_disk(source, str(shown))
    if os.geteuid() != 0:
        return shown
    os.chroot(shown)
    os.chdir("/")
    return Path("/")


if __name__ == "__main__":
    main()
