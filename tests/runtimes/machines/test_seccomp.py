"""The filter's program, run here by a small interpreter, for processors that we do not have too."""

import errno
import struct

import pytest

from runtimes.machines.linux import NEW_NET, NEW_USER
from runtimes.machines.seccomp import assemble
from runtimes.machines.syscalls import AARCH64, PROCESSORS, X86_64, Processor

ALLOW, KILL = "allow", "kill"
REFUSED = errno.EAFNOSUPPORT
SOCKETS = [(1, 0, ALLOW), (2, 6, ALLOW), (10, 0, ALLOW), (16, 0, ALLOW), (16, 12, REFUSED), (17, 0, REFUSED)]
BOTH = pytest.mark.parametrize("processor", PROCESSORS.values(), ids=PROCESSORS.keys())


def verdict(processor: Processor, number: int, *arguments: int, audit: int | None = None, **options: bool) -> str | int:
    """What the kernel would answer."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=iIQ6Q", number, audit or processor.audit, 0, *padded)
    program = list(struct.iter_unpack("=HBBI", assemble(processor, **options)))
    register, at = 0, 0
    while True:
        code, yes, no, value = program[at]
        at += 1
        if code == 0x20:
            (register,) = struct.unpack_from("=I", data, value)
        elif code == 0x06:
            kinds = {0x7FFF0000: ALLOW, 0x80000000: KILL}
            return kinds[value] if value in kinds else value & 0xFFFF
        else:
            tests = {0x15: register == value, 0x25: register > value, 0x45: bool(register & value)}
            at += yes if tests[code] else no


@BOTH
def test_p83_another_kind_of_program_is_killed(processor: Processor) -> None:
    assert verdict(processor, 1, audit=0x40000003) == KILL


@BOTH
def test_p83_all_that_is_named_is_refused(processor: Processor) -> None:
    assert {verdict(processor, number) for number in processor.refused} == {errno.EPERM}


@BOTH
def test_p83_processes_may_be_made_but_no_namespaces(processor: Processor) -> None:
    assert verdict(processor, processor.clone, 17) == ALLOW
    assert verdict(processor, processor.clone, 0x3D0F00) == ALLOW  # a thread
    for call in (processor.clone, processor.unshare):
        assert verdict(processor, call, NEW_USER | 17) == errno.EPERM
        assert verdict(processor, call, NEW_NET) == errno.EPERM
    assert verdict(processor, 435) == errno.ENOSYS


@BOTH
@pytest.mark.parametrize(("family", "protocol", "answer"), SOCKETS)
def test_p83_only_common_sockets(processor: Processor, family: int, protocol: int, answer: object) -> None:
    assert verdict(processor, processor.socket, family, 1, protocol) == answer


@BOTH
def test_p83_no_typing_into_terminals(processor: Processor) -> None:
    assert verdict(processor, processor.ioctl, 0, 0x5412) == errno.EPERM
    assert verdict(processor, processor.ioctl, 0, 0xFFFF_FFFF_0000_5412) == errno.EPERM
    assert verdict(processor, processor.ioctl, 0, 0x5401) == ALLOW


def test_p83_calls_that_we_do_not_know_do_not_exist() -> None:
    assert verdict(X86_64, 468) == errno.ENOSYS
    assert verdict(X86_64, 0x40000001) == errno.ENOSYS
    assert verdict(AARCH64, 0) == ALLOW


@BOTH
def test_with_one_identity_owners_seem_to_change(processor: Processor) -> None:
    assert {verdict(processor, number) for number in processor.owners} == {ALLOW}
    assert {verdict(processor, number, pretend_owners=True) for number in processor.owners} == {0}
