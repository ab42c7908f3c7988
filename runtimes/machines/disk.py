"""Disks of boxes and of people: sparse ext4 images on loop devices, full when they are full.

A box's own is gone with its last mount. A person's lasts, and several boxes may have it mounted at once.
"""

import errno
import fcntl
import os
import shutil
import stat
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from runtimes.machines import linux

BYTES_PER_INODE = 32_768
SMALLEST = 16 * 1024**2  # ext4 needs some room for itself

_GET_FREE, _CONFIGURE, _GET_STATUS = 0x4C82, 0x4C0A, 0x4C05
_DETACH_WITH_LAST_USER = 4
_LOOP_MAJOR = 7


def find_mkfs() -> str | None:
    return shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def make_disk(path: Path, size: int, owner: int, *, lasts: bool = False) -> None:
    """Only one that lasts has a journal: a box's disk never outlives a crash of the host.

    No table of inodes is written ahead of use.
    """
    with path.open("wb") as image:
        image.truncate(max(size, SMALLEST))
    extended = f"lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner={owner}:{owner}"
    journal = "has_journal" if lasts else "^has_journal"
    options = ["-q", "-F", "-m", "0", "-i", str(BYTES_PER_INODE), "-O", journal, "-E", extended]
    done = subprocess.run([find_mkfs() or "mkfs.ext4", *options, str(path)], capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"mkfs.ext4 failed: {done.stderr.strip()}")


def mount_disk(image: Path, target: str) -> None:
    """Mounts it also where it is mounted already; two who do so at once have to take turns."""
    with _loop_device(image) as device:
        options = "noinit_itable,discard"  # space that the box frees goes back to the host
        linux.mount(device, target, "ext4", linux.NO_SUID | linux.NO_DEVICES, options)


@contextmanager
def _loop_device(image: Path) -> Iterator[str]:
    """The loop device on the image, that detaches itself when neither a mount nor we hold it.

    There is one for each image at most: two would be two file systems that write over each other.
    """
    backing = os.open(image, os.O_RDWR | os.O_CLOEXEC)
    control = os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC)
    node = image.with_suffix(".node")
    try:
        device, path = _attached(backing, image, node) or _attach(control, backing, node)
        try:
            yield path
        finally:
            os.close(device)
    finally:
        os.close(control)
        os.close(backing)


def _attached(backing: int, image: Path, node: Path) -> tuple[int, str] | None:
    """The device on this image, if there is one. Held open, it stays on it."""
    for claim in Path("/sys/block").glob("loop*/loop/backing_file"):
        with suppress(OSError):  # it was detached while we looked
            if claim.read_text().rstrip("\n") != str(image.resolve()):
                continue
            path = _device_node(int(claim.parts[3].removeprefix("loop")), node)
            device = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            if _file_behind(device) == os.fstat(backing).st_ino:
                return device, path
            os.close(device)
    return None


def _file_behind(device: int) -> int | None:
    """The number of the file that a loop device shows."""
    information = bytearray(232)
    try:
        fcntl.ioctl(device, _GET_STATUS, information)
    except OSError:  # it shows none any more
        return None
    return int.from_bytes(information[8:16], "little")


def _attach(control: int, backing: int, node: Path) -> tuple[int, str]:
    information = bytearray(232)
    struct.pack_into("I", information, 52, _DETACH_WITH_LAST_USER)
    request = struct.pack("II", backing, 0) + bytes(information) + bytes(64)
    for _ in range(64):
        number = fcntl.ioctl(control, _GET_FREE)
        path = _device_node(number, node)
        device = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.ioctl(device, _CONFIGURE, request)
        except OSError as problem:
            os.close(device)
            if problem.errno == errno.EBUSY:  # another took it between our two calls
                continue
            raise
        return device, path
    raise OSError("no loop device could be attached")


def _device_node(number: int, node: Path) -> str:
    """The device's path; where /dev is not kept up to date (in a container) one of our own."""
    path = f"/dev/loop{number}"
    if not os.path.exists(path):
        node.unlink(missing_ok=True)
        os.mknod(node, 0o600 | stat.S_IFBLK, os.makedev(_LOOP_MAJOR, number))
        return str(node)
    return path


def bytes_below(folder: Path) -> int:
    """What the files below a folder take up, for boxes without a disk of their own."""
    total = 0
    for current, _, files in os.walk(folder, onerror=None):
        for name in files:
            try:
                total += os.lstat(os.path.join(current, name)).st_blocks * 512
            except FileNotFoundError:
                continue
    return total
