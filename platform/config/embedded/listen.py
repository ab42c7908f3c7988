"""The sockets that the web processes share: opened once, by the supervisor."""

import errno
import os
import socket
from pathlib import Path

from config.embedded.problems import CannotStart

BACKLOG = 2048


def open_port(host: str, port: int) -> socket.socket:
    """Listen where people reach the platform. Raises CannotStart when the port is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as problem:
        listening.close()
        if problem.errno == errno.EADDRINUSE:
            remedy = f"Stop what listens there, or choose another port: TOMONI_PORT={port + 1} make run"
            raise CannotStart(f"Port {port} is in use. {remedy}") from problem
        raise CannotStart(
            f"{host}:{port} cannot be listened on ({problem.strerror}). Set TOMONI_HOST and TOMONI_PORT."
        ) from problem
    return listening


def open_agent_socket(path: Path) -> socket.socket:
    """Listen where the agents of this host dial in; whatever an earlier start left there is replaced."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    os.chmod(path, 0o666)  # noqa: S103 - boxes dial it as other users; the token decides
    listening.listen(BACKLOG)
    return listening
