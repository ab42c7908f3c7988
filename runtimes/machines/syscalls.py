"""The numbers of the system calls that the filter of a box names, for each kind of processor."""

import platform
from dataclasses import dataclass


@dataclass(frozen=True)
class Processor:
    audit: int  # AUDIT_ARCH_*, how the kernel names it to a filter
    refused: tuple[int, ...]
    owners: tuple[int, ...]  # chown and its kin, and setgroups
    clone: int
    unshare: int
    ioctl: int
    socket: int


# From asm-generic: the same number everywhere.
_REFUSED_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "mount_setattr": 442,
    "quotactl_fd": 443, "open_tree_attr": 467,
}  # fmt: skip

_REFUSED_X86_64 = {
    "ptrace": 101, "syslog": 103, "uselib": 134, "personality": 135, "ustat": 136, "sysfs": 139, "vhangup": 153,
    "modify_ldt": 154, "pivot_root": 155, "_sysctl": 156, "adjtimex": 159, "acct": 163, "settimeofday": 164,
    "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170,
    "setdomainname": 171, "iopl": 172, "ioperm": 173, "create_module": 174, "init_module": 175, "delete_module": 176,
    "get_kernel_syms": 177, "query_module": 178, "quotactl": 179, "nfsservctl": 180, "lookup_dcookie": 212,
    "clock_settime": 227, "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "migrate_pages": 256,
    "move_pages": 279, "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303,
    "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
    "kcmp": 312, "finit_module": 313, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
}  # fmt: skip

_REFUSED_AARCH64 = {
    "lookup_dcookie": 18, "umount2": 39, "mount": 40, "pivot_root": 41, "nfsservctl": 42, "vhangup": 58,
    "quotactl": 60, "acct": 89, "personality": 92, "kexec_load": 104, "init_module": 105, "delete_module": 106,
    "clock_settime": 112, "syslog": 116, "ptrace": 117, "reboot": 142, "sethostname": 161, "setdomainname": 162,
    "settimeofday": 170, "adjtimex": 171, "add_key": 217, "request_key": 218, "keyctl": 219, "swapon": 224,
    "swapoff": 225, "migrate_pages": 238, "move_pages": 239, "perf_event_open": 241, "fanotify_init": 262,
    "name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270,
    "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "bpf": 280, "userfaultfd": 282,
    "kexec_file_load": 294,
}  # fmt: skip

CLONE3 = 435
NEWEST = 467  # what is newer than this list does not exist in a box

X86_64 = Processor(
    audit=0xC000_003E,
    refused=(*_REFUSED_X86_64.values(), *_REFUSED_EVERYWHERE.values()),
    owners=(92, 93, 94, 116, 260),
    clone=56,
    unshare=272,
    ioctl=16,
    socket=41,
)
AARCH64 = Processor(
    audit=0xC000_00B7,
    refused=(*_REFUSED_AARCH64.values(), *_REFUSED_EVERYWHERE.values()),
    owners=(54, 55, 159),
    clone=220,
    unshare=97,
    ioctl=29,
    socket=198,
)
PROCESSORS = {"x86_64": X86_64, "aarch64": AARCH64}


def this_processor() -> Processor | None:
    return PROCESSORS.get(platform.machine())
