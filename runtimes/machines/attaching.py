"""Puts a drive into a running box, or takes it out: `attaching PROCESS attach PLACE SOURCE OWNER`, `… detach PLACE`.

PROCESS is the box's first one, SOURCE an image or a folder on the host. As the box may have written anything, its
folders are opened without following a link, and used by descriptor. A refusal is printed, with status 1.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from runtimes.machines import linux
from runtimes.machines.disk import mount_disk

EVERYBODY = "MyDrive"
OLD_NAME = "My Drive"  # what older notebooks call it


def main() -> None:
    what, process, place, *rest = sys.argv[2], sys.argv[1], *sys.argv[3:]
    try:
        if what == "attach":
            attach(process, place, Path(rest[0]), owner=int(rest[1]))
        else:
            detach(process, place)
    except OSError as problem:
        print(f"The drive could not be {what}ed: {problem}.")  # noqa: T201
        sys.exit(1)


def attach(process: str, place: str, source: Path, *, owner: int) -> None:
    """`owner` is who the box's root is outside; 0 where boxes have no ids of their own."""
    mounts, user_namespace = _open(process, "mnt"), _open(process, "user")
    if os.geteuid() != 0:
        linux.enter_namespace(user_namespace, linux.NEW_USER)  # in which we may mount
    linux.unshare(linux.NEW_MOUNTS)
    linux.mount(None, "/", None, linux.RECURSIVE | linux.SLAVE)
    shown = source
    if source.is_file():
        shown = source.with_suffix(".at")
        shown.mkdir(exist_ok=True)
        mount_disk(source, str(shown))
    _furnish(shown)
    there = shown.stat()
    attributes = linux.NO_SUID | linux.NO_DEVICES
    tree = linux.take_tree(str(shown), attributes, user_namespace if owner else None)
    linux.enter_namespace(mounts, linux.NEW_MOUNTS)
    folder = _folder(place, owner, is_made=True)
    here = os.fstat(folder)
    if (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
        linux.put_tree(tree, folder)


def detach(process: str, place: str) -> None:
    mounts, user_namespace = _open(process, "mnt"), _open(process, "user")
    if os.geteuid() != 0:
        linux.enter_namespace(user_namespace, linux.NEW_USER)
    linux.enter_namespace(mounts, linux.NEW_MOUNTS)
    folder = _folder(place, 0, is_made=False)
    if not _is_mount(folder):
        return
    readable = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
    linux.write_back(readable)
    os.close(readable)
    os.fchdir(folder)
    linux.unmount(".")


def _open(process: str, kind: str) -> int:
    return os.open(f"/proc/{process}/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC)


def _furnish(drive: Path) -> None:
    """What everybody finds in a drive; on a full one without it, what can be had."""
    with suppress(OSError):
        (drive / EVERYBODY).mkdir()
    with suppress(OSError):
        (drive / OLD_NAME).symlink_to(EVERYBODY)


def _folder(place: str, owner: int, *, is_made: bool) -> int:
    """A descriptor of the folder at this place of the box that we have entered."""
    current = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in place.strip("/").split("/"):
        try:
            following = linux.open_beneath(current, part, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:
            if not is_made:
                raise
            os.mkdir(part, 0o755, dir_fd=current)
            following = linux.open_beneath(current, part, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
            os.chown(part, owner, owner, dir_fd=current, follow_symlinks=False)
        os.close(current)
        current = following
    return current


def _is_mount(folder: int) -> bool:
    """Whether another file system begins here."""
    return os.fstat(folder).st_dev != os.stat("..", dir_fd=folder).st_dev


if __name__ == "__main__":
    main()
