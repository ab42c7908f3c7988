"""Run inside a box: tries what reaches the machine, and prints how each attempt was answered."""

import ctypes
import errno
import json
import os
import platform
import socket
from collections.abc import Callable

libc = ctypes.CDLL(None, use_errno=True)
NAMESPACES = {"user": 0x10000000, "mnt": 0x20000, "pid": 0x20000000, "net": 0x40000000, "ipc": 0x8000000}
X86 = {
    "ptrace": (101, 16, 1, 0, 0), "mount": (165, b"none", b"/mnt", b"tmpfs", 0, 0), "umount": (166, b"/tmp", 2),
    "pivot_root": (155, b"/", b"/"), "chroot": (161, b"/tmp"), "setns": (308, 0, 0), "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0), "keyctl": (250, 0, -3, 1), "add_key": (248, b"user", b"a", b"b", 1, -3),
    "request_key": (249, b"user", b"a", 0, -3), "userfaultfd": (323, 0), "swapon": (167, b"/tmp/x", 0),
    "reboot": (169, 0, 0, 0), "kexec_load": (246, 0, 0, 0, 0), "init_module": (175, 0, 0, b""),
    "finit_module": (313, 0, b"", 0), "delete_module": (176, b"loop", 0), "iopl": (172, 3), "ioperm": (173, 0, 1, 1),
    "settimeofday": (164, 0, 0), "clock_settime": (227, 0, 0), "adjtimex": (159, 0), "acct": (163, 0),
    "quotactl": (179, 0, 0, 0, 0), "syslog": (103, 3, 0, 0), "sethostname": (170, b"x", 1),
    "setdomainname": (171, b"x", 1), "open_by_handle_at": (304, 0, 0, 0), "name_to_handle_at": (303, 0, b"/", 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "process_vm_writev": (311, 1, 0, 0, 0, 0, 0),
    "kcmp": (312, 1, 1, 0, 0, 0),
    "fanotify_init": (300, 0, 0), "personality": (135, 0x0040000), "modify_ldt": (154, 0, 0, 0), "vhangup": (153,),
    "clone3": (435, 0, 0), "x32 getpid": (0x40000000 + 39,),
}  # fmt: skip
EVERYWHERE = {
    "io_uring_setup": (425, 1, 0), "io_uring_enter": (426, 0, 0, 0, 0, 0), "io_uring_register": (427, 0, 0, 0, 0),
    "open_tree": (428, -100, b"/", 1), "move_mount": (429, -100, b"/", -100, b"/", 0), "fsopen": (430, b"tmpfs", 0),
    "fsmount": (432, 0, 0, 0), "pidfd_getfd": (438, 0, 0, 0), "mount_setattr": (442, -100, b"/", 0, 0, 0),
    "a call of the future": (600,),
}  # fmt: skip
SOCKETS = {
    "packet": (17, socket.SOCK_RAW), "vsock": (40, socket.SOCK_STREAM), "alg": (38, socket.SOCK_SEQPACKET),
    "bluetooth": (31, socket.SOCK_RAW), "raw ip": (socket.AF_INET, socket.SOCK_RAW, 1),
    "kernel key": (15, socket.SOCK_RAW, 2),
    "netfilter": (16, socket.SOCK_RAW, 12),
}  # fmt: skip


def named(result: int) -> str:
    return "allowed" if result >= 0 else errno.errorcode[ctypes.get_errno()]


def call(*arguments: object) -> str:
    return named(libc.syscall(*[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]))


def attempt(action: Callable[..., object], *arguments: object) -> str:
    try:
        action(*arguments)
    except OSError as problem:
        return errno.errorcode[problem.errno or 0]
    return "allowed"


answers = {name: call(*arguments) for name, arguments in EVERYWHERE.items()}
if platform.machine() == "x86_64":
    answers |= {name: call(*arguments) for name, arguments in X86.items()}
answers |= {f"unshare {name}": named(libc.unshare(flag)) for name, flag in NAMESPACES.items()}
answers |= {f"clone {name}": call(56, flag | 17, 0, 0, 0, 0) for name, flag in NAMESPACES.items()}
answers |= {f"socket {name}": attempt(socket.socket, *arguments) for name, arguments in SOCKETS.items()}
answers["mknod"] = attempt(os.mknod, "/tmp/disk", 0o60600, os.makedev(8, 0))
main, terminal = os.openpty()
answers["TIOCSTI"] = named(libc.ioctl(terminal, 0x5412, b"x"))
answers["setxattr trusted"] = attempt(os.setxattr, "/tmp", "trusted.overlay.opaque", b"y")
with open("/proc/self/oom_score_adj", "wb", buffering=0) as score:
    answers["an oom score below its own"] = attempt(score.write, b"-1000")
print(json.dumps(answers))
