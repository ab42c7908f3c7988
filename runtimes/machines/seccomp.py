"""The system call filter of a box: a BPF program, assembled here, that refuses what reaches the machine itself.

It is the second wall: namespaces and capabilities already forbid nearly all of it. It takes away the parts of the
kernel where walls were broken before (io_uring, user namespaces, bpf, keyrings, mounts, unusual sockets).
"""

import ctypes
import errno
import struct

from runtimes.machines import linux
from runtimes.machines.syscalls import CLONE3, NEWEST, Processor

_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_NUMBER, _PROCESSOR = 0, 4  # offsets in struct seccomp_data; argument n is at 16 + 8n
_ALLOW, _KILL, _FAIL = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_SECCOMP, _FILTER = 22, 2

ANY_NAMESPACE = (
    linux.NEW_USER | linux.NEW_PID | linux.NEW_NET | linux.NEW_IPC | linux.NEW_UTS | linux.NEW_MOUNTS | linux.NEW_CGROUP
)
TERMINAL_INPUT = (0x5412, 0x541C, 0x5423)  # TIOCSTI, TIOCLINUX, TIOCSETD
UNIX, INET, INET6, NETLINK = 1, 2, 10, 16


def assemble(processor: Processor, *, pretend_owners: bool = False) -> bytes:
    """The program. `pretend_owners` answers chown with success: with one identity it can only fail,
    and pip and apt would stop for it."""
    program = [
        _step(_LOAD, _PROCESSOR),
        _step(_JUMP_EQUAL, processor.audit, yes=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        *_if(_JUMP_ABOVE, NEWEST, errno.ENOSYS),  # also the x32 calls, whose numbers have bit 30 set
        *_if(_JUMP_EQUAL, CLONE3, errno.ENOSYS),  # its flags lie in memory, where no filter sees; libc uses clone
    ]
    for number in processor.refused:
        program += _if(_JUMP_EQUAL, number, errno.EPERM)
    if pretend_owners:
        for number in processor.owners:
            program += _if(_JUMP_EQUAL, number, 0)
    for number in (processor.clone, processor.unshare):
        program += _for(number, [_step(_LOAD, _argument(0)), *_if(_JUMP_ANY_BIT, ANY_NAMESPACE, errno.EPERM)])
    program += _for(processor.ioctl, _refuse_terminal_input())
    program += _for(processor.socket, _allow_common_sockets())
    program.append(_step(_RETURN, _ALLOW))
    return b"".join(program)


def install(program: bytes) -> None:
    code = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    whole = Program(len(program) // 8, ctypes.cast(code, ctypes.c_void_p))
    linux.checked(linux.libc.prctl(_SECCOMP, _FILTER, ctypes.byref(whole), 0, 0), "seccomp")


def _refuse_terminal_input() -> list[bytes]:
    program = [_step(_LOAD, _argument(1))]
    for request in TERMINAL_INPUT:
        program += _if(_JUMP_EQUAL, request, errno.EPERM)
    return program


def _allow_common_sockets() -> list[bytes]:
    allowed = _step(_RETURN, _ALLOW)
    program = [_step(_LOAD, _argument(0))]
    for family in (UNIX, INET, INET6):
        program += [_step(_JUMP_EQUAL, family, no=1), allowed]
    routes_only = [_step(_LOAD, _argument(2)), _step(_JUMP_EQUAL, 0, no=1), allowed]
    program += [_step(_JUMP_EQUAL, NETLINK, no=len(routes_only)), *routes_only]
    return [*program, _step(_RETURN, _FAIL | errno.EAFNOSUPPORT)]


def _for(number: int, body: list[bytes]) -> list[bytes]:
    """Runs the body for one system call; it must load what it needs and the number is loaded again after it."""
    return [_step(_JUMP_EQUAL, number, no=len(body) + 1), *body, _step(_LOAD, _NUMBER)]


def _if(test: int, value: int, error: int) -> list[bytes]:
    return [_step(test, value, no=1), _step(_RETURN, _FAIL | error)]


def _argument(index: int) -> int:
    """Where the low half of an argument lies, on the little-endian processors that we know."""
    return 16 + 8 * index


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
