"""What root inside a box may still do: own files, switch users, signal its processes. Nothing about the machine."""

import ctypes
import struct
from pathlib import Path

from runtimes.machines import linux

CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETFCAP = 0, 1, 3, 4, 5, 6, 7, 31
KEPT = (CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETFCAP)

_DROP_FROM_BOUNDING_SET, _NO_NEW_PRIVILEGES, _AMBIENT, _CLEAR_ALL = 24, 38, 47, 4
_VERSION_3 = 0x2008_0522


def last_capability() -> int:
    return int(Path("/proc/sys/kernel/cap_last_cap").read_text())


def drop_capabilities(last: int) -> None:
    """Also for good, in the bounding set; and no set-user-id program or file capability gives anything back.

    pip and apt need no such program: they run as the box's root and only ever step down.
    """
    for capability in range(last + 1):
        if capability not in KEPT:
            linux.prctl(_DROP_FROM_BOUNDING_SET, capability)
    linux.prctl(_AMBIENT, _CLEAR_ALL)
    kept = sum(1 << capability for capability in KEPT)
    low, high = kept & 0xFFFF_FFFF, kept >> 32
    header = ctypes.create_string_buffer(struct.pack("Ii", _VERSION_3, 0))
    data = ctypes.create_string_buffer(struct.pack("6I", low, low, 0, high, high, 0))
    linux.checked(linux.libc.capset(header, data), "capset")
    linux.prctl(_NO_NEW_PRIVILEGES, 1)
