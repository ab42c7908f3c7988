"""The system calls of containers that Python's standard library lacks; each raises OSError with what was tried."""

import ctypes
import os
import platform
import struct

NEW_CGROUP, NEW_UTS, NEW_IPC = 0x0200_0000, 0x0400_0000, 0x0800_0000
NEW_USER, NEW_PID, NEW_NET, NEW_MOUNTS, NEW_TIME = 0x1000_0000, 0x2000_0000, 0x4000_0000, 0x0002_0000, 0x80

READ_ONLY, NO_SUID, NO_DEVICES, NO_PROGRAMS, REMOUNT, BIND = 1, 2, 4, 8, 32, 4096
RECURSIVE, SLAVE = 1 << 14, 1 << 19

_DETACH = 2
_OPENAT2, _OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 437, 428, 429, 442
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_HERE, _CLONE, _RECURSIVELY, _EMPTY_PATH = -100, 1, 0x8000, 0x1000
_FROM_EMPTY_PATH, _TO_LINK, _TO_EMPTY_PATH = 0x04, 0x10, 0x40
_TRANSLATE_OWNERS = 0x0010_0000
_NO_MAGIC_LINKS, _NO_SYMLINKS, _BENEATH = 0x02, 0x04, 0x08

libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(kinds: int) -> None:
    checked(libc.unshare(kinds), "unshare")


def enter_namespace(namespace: int, kind: int) -> None:
    checked(libc.setns(namespace, kind), "setns")


def mount(source: str | None, target: str, kind: str | None, flags: int = 0, options: str | None = None) -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    checked(libc.mount(*encoded[:3], ctypes.c_ulong(flags), encoded[3]), f"mount {kind or source} on {target}")


def unmount(target: str) -> None:
    checked(libc.umount2(os.fsencode(target), _DETACH), f"umount {target}")


def pivot_into_current_folder() -> None:
    """Makes the working folder, which must be a mount, the root, and forgets the old root."""
    checked(libc.syscall(_PIVOT_ROOT[platform.machine()], b".", b"."), "pivot_root")
    unmount(".")
    os.chdir("/")


def open_beneath(folder: int, name: str, flags: int) -> int:
    """Opens <name> below an open folder; any symbolic link on the way is an error (ELOOP)."""
    how = struct.pack("QQQ", flags | os.O_CLOEXEC, 0, _BENEATH | _NO_SYMLINKS | _NO_MAGIC_LINKS)
    return checked(libc.syscall(_OPENAT2, folder, os.fsencode(name), how, len(how)), f"openat2 {name}")


def mount_read_only(source: str, target: str, user_namespace: int | None = None) -> None:
    """Shows <source> at <target>, read-only; with its owners translated if a user namespace is given (Linux 5.12)."""
    tree = take_tree(source, READ_ONLY | NO_SUID | NO_DEVICES, user_namespace)
    try:
        moved = libc.syscall(_MOVE_MOUNT, tree, b"", _HERE, os.fsencode(target), _FROM_EMPTY_PATH | _TO_LINK)
        checked(moved, f"move_mount to {target}")
    finally:
        os.close(tree)


def take_tree(source: str, attributes: int, user_namespace: int | None) -> int:
    """A descriptor of a mount that shows <source> and is nowhere yet; its owners translated as in `mount_read_only`."""
    recursive = 0 if user_namespace is not None else _RECURSIVELY  # an ordinary user may not look below other mounts
    flags = _CLONE | os.O_CLOEXEC | recursive
    tree = checked(libc.syscall(_OPEN_TREE, _HERE, os.fsencode(source), flags), f"open_tree {source}")
    try:
        wanted = attributes | (0 if user_namespace is None else _TRANSLATE_OWNERS)
        request = struct.pack("QQQQ", wanted, 0, 0, user_namespace or 0)
        result = libc.syscall(_MOUNT_SETATTR, tree, b"", _EMPTY_PATH | recursive, request, len(request))
        checked(result, f"mount_setattr {source}")
    except OSError:
        os.close(tree)
        raise
    return tree


def put_tree(tree: int, folder: int) -> None:
    """Mounts what `take_tree` returned on an open folder."""
    moved = libc.syscall(_MOVE_MOUNT, tree, b"", folder, b"", _FROM_EMPTY_PATH | _TO_EMPTY_PATH)
    checked(moved, "move_mount")


def write_back(folder: int) -> None:
    """Returns when all that was written to the file system of an open folder is on its disk."""
    checked(libc.syncfs(folder), "syncfs")


def prctl(option: int, *arguments: int) -> int:
    values = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return checked(libc.prctl(option, *values), f"prctl {option}")
