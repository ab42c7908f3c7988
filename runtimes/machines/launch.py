"""The way from the monitor's child on the host to the first program inside the box.

Each step gives something up; after the last one foreign code may run. A step that fails ends the child, so a box
is closed or is not there.
"""

import fcntl
import os
import resource
import select
import signal
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from runtimes.machines import linux, seccomp
from runtimes.machines.box import Box, Plan
from runtimes.machines.capabilities import drop_capabilities, last_capability
from runtimes.machines.cgroups import Group
from runtimes.machines.layers import build_root
from runtimes.machines.syscalls import this_processor

HOSTNAME = "tomoni"
INIT = ["/usr/local/bin/python3", "-I", "-S", "/opt/tomoni/init.py"]
SPARED_BY_OUT_OF_MEMORY = "-999"  # the agent must live to tell; kernels set their own to 0
_SET_PARENT_DEATH_SIGNAL = 1
_GET_INTERFACE_FLAGS, _SET_INTERFACE_FLAGS, _INTERFACE_UP = 0x8913, 0x8914, 0x1


@dataclass(frozen=True)
class Entry:
    """What the child takes along."""

    box: Box
    plan: Plan
    group: Group
    user_namespace: int | None  # None: we are already in the only one there is
    monitor: int  # the reading end of a pipe that the monitor never writes to and holds open while it lives
    output: int


def become_box(entry: Entry) -> None:
    """Turns this process, the first of a new process namespace, into the init of the box. Does not return."""
    os.setsid()
    _redirect_output(entry.output)
    entry.group.enter()
    _spare_from_out_of_memory()
    linux.unshare(linux.NEW_MOUNTS | linux.NEW_IPC | linux.NEW_UTS | linux.NEW_NET | linux.NEW_CGROUP)
    socket.sethostname(HOSTNAME)
    _start_loopback()
    capability = last_capability()
    processor = this_processor()
    build_root(entry.box, entry.plan, entry.user_namespace)
    _allow_low_ports()
    linux.pivot_into_current_folder()
    if entry.user_namespace is not None:
        _change_identity(entry.user_namespace)
    _die_with(entry.monitor)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o022)
    drop_capabilities(capability)
    if processor is not None:
        seccomp.install(seccomp.assemble(processor, pretend_owners=entry.user_namespace is None))
    os.chdir("/content")
    os.execve(INIT[0], INIT, environment(entry.plan.network))  # noqa: S606


def environment(network: str) -> dict[str, str]:
    """All that the box knows of the outside: nothing is inherited."""
    variables = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "USER": "root",
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PLOTLY_RENDERER": "plotly_mimetype",  # figures as data: where there is a google.colab it would load a script
        "DEBIAN_FRONTEND": "noninteractive",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    if network != "none":
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            variables[name] = "http://127.0.0.1:3128"
        variables["no_proxy"] = variables["NO_PROXY"] = "localhost,127.0.0.1,::1"
    return variables


def _redirect_output(output: int) -> None:
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    for standard in (1, 2):
        os.dup2(output, standard)


def _spare_from_out_of_memory() -> None:
    try:
        Path("/proc/self/oom_score_adj").write_text(SPARED_BY_OUT_OF_MEMORY)
    except PermissionError:  # an ordinary user; the kernel then chooses the biggest process, which is not the agent
        return


def _start_loopback() -> None:
    with socket.socket() as anything:
        request = struct.pack("16sh14x", b"lo", 0)
        _, flags = struct.unpack("16sh14x", fcntl.ioctl(anything, _GET_INTERFACE_FLAGS, request))
        fcntl.ioctl(anything, _SET_INTERFACE_FLAGS, struct.pack("16sh14x", b"lo", flags | _INTERFACE_UP))


def _allow_low_ports() -> None:
    """Servers in a box may listen on port 80: the network namespace is the box's own."""
    Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("0")


def _change_identity(user_namespace: int) -> None:
    linux.enter_namespace(user_namespace, linux.NEW_USER)
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def _die_with(monitor: int) -> None:
    """A box without its monitor would have no end. The pipe tells of a monitor that died before we asked."""
    linux.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if select.select([monitor], [], [], 0)[0]:
        os._exit(1)
