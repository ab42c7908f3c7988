"""The first process inside a box: starts the agent, ends with it, buries orphans, and carries the proxy's port."""

import contextlib
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable

AGENT = ["/usr/local/bin/python3", "-m", "agent"]
PROXY_FOLDER = "/run/tomoni/net"
PORT = 3128
CHUNK = 65_536
BACKLOG = 262_144  # bytes that wait for a slow reader before we stop reading from the other side

Callback = Callable[[int], None]


def main() -> int:
    selector = selectors.DefaultSelector()
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    selector.register(woken, selectors.EVENT_READ)
    if os.path.isdir(PROXY_FOLDER):
        Forwarder(selector, f"{PROXY_FOLDER}/proxy.sock").listen()
    agent = os.posix_spawn(AGENT[0], AGENT, {**os.environ, "PYTHONPATH": "/opt/tomoni"})
    while True:
        for key, events in selector.select():
            if key.fileobj == woken:
                os.read(woken, 4096)
            else:
                key.data(events)
        status = bury(agent)
        if status is not None:
            return status


def bury(agent: int) -> int | None:
    """Collects every process that ended; the agent's end as a shell would tell it, 128 and the signal."""
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return 1
        if process == 0:
            return None
        if process == agent:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


class Forwarder:
    """Carries connections from 127.0.0.1:3128 to the proxy's socket, the box's only way out."""

    def __init__(self, selector: selectors.BaseSelector, proxy: str) -> None:
        self.selector = selector
        self.proxy = proxy

    def listen(self) -> None:
        listener = socket.create_server(("127.0.0.1", PORT), backlog=128)
        listener.setblocking(False)
        accept: Callback = lambda events: self._accept(listener)  # noqa: E731
        self.selector.register(listener, selectors.EVENT_READ, accept)

    def _accept(self, listener: socket.socket) -> None:
        try:
            near, _ = listener.accept()
        except OSError:  # the caller went away, or we are out of descriptors: the next one may do better
            return
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(self.proxy)
        except OSError:
            near.close()
            far.close()
            return
        Connection(self.selector, near, far).watch()


class Connection:
    """Two sockets; what comes from one goes to the other, and an end of one direction leaves the other open."""

    def __init__(self, selector: selectors.BaseSelector, near: socket.socket, far: socket.socket) -> None:
        self.selector = selector
        self.near = near
        self.peers = {near: far, far: near}
        self.waiting = {near: bytearray(), far: bytearray()}  # what still has to go out on this socket
        self.ended: set[socket.socket] = set()  # sockets that will send no more
        self.watched: dict[socket.socket, int] = {}
        for end in self.peers:
            end.setblocking(False)

    def watch(self) -> None:
        for end, other in self.peers.items():
            readable = end not in self.ended and len(self.waiting[other]) < BACKLOG
            events = (selectors.EVENT_READ if readable else 0) | (selectors.EVENT_WRITE if self.waiting[end] else 0)
            self._register(end, events)

    def _register(self, end: socket.socket, events: int) -> None:
        known = self.watched.get(end, 0)
        if events and not known:
            self.selector.register(end, events, self._callback(end))
        elif events and events != known:
            self.selector.modify(end, events, self._callback(end))
        elif known and not events:
            self.selector.unregister(end)
        self.watched[end] = events

    def _callback(self, end: socket.socket) -> Callback:
        return lambda events: self._move(end, events)

    def _move(self, end: socket.socket, events: int) -> None:
        if not self.watched.get(end):
            return  # closed by an earlier event of the same round
        try:
            if events & selectors.EVENT_READ:
                self._read(end)
            if events & selectors.EVENT_WRITE:
                self._write(end)
        except BlockingIOError:
            pass
        except OSError:
            if end is self.near:  # whoever called is gone
                self._close()
                return
            self._proxy_is_gone()
        if len(self.ended) == len(self.peers) and not any(self.waiting.values()):
            self._close()
        else:
            self.watch()

    def _proxy_is_gone(self) -> None:
        """What it said still goes to the caller: it refuses before it has read the request, which breaks the socket."""
        far = self.peers[self.near]
        self.waiting[far].clear()
        self.ended |= {self.near, far}
        with contextlib.suppress(OSError):
            while data := far.recv(CHUNK):
                self.waiting[self.near] += data

    def _read(self, end: socket.socket) -> None:
        data = end.recv(CHUNK)
        other = self.peers[end]
        if data:
            self.waiting[other] += data
            return
        self.ended.add(end)
        if not self.waiting[other]:
            _end(other)

    def _write(self, end: socket.socket) -> None:
        waiting = self.waiting[end]
        del waiting[: end.send(waiting)]
        if not waiting and self.peers[end] in self.ended:
            _end(end)

    def _close(self) -> None:
        for end in self.peers:
            self._register(end, 0)
            end.close()


def _end(end: socket.socket) -> None:
    """Nothing more comes on this socket; nobody may be left to hear it."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    sys.exit(main())
