"""Run a command as user 1000 of a user namespace, without root's capabilities: `without_privileges.py COMMAND…`."""

import ctypes
import os
import signal
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
INSIDE = 1000


def main() -> None:
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        problem = os.strerror(ctypes.get_errno())
        sys.exit(f"This kernel does not let us make a user namespace ({problem}); start as an ordinary user instead.")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INSIDE} {uid} 1\n")
    Path("/proc/self/gid_map").write_text(f"{INSIDE} {gid} 1\n")
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)  # a change of user forgets it: say again that we die with our parent
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606


if __name__ == "__main__":
    main()
