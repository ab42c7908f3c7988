"""Terminals: shells in the box that outlive the pages which look at them.

A terminal keeps the last of what was printed, so a page that comes (again) sees where it left off. While somebody
looks, the shell is read only as fast as they can take it; without anybody it is read on, and the oldest is forgotten.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .kernels import kernel_environment
from .places import Refused
from .streams import PIECE, Frame, Stream

MOST_TERMINALS = 8
KEPT = 256 * 1024  # bytes of what was printed
AHEAD = 64 * 1024  # bytes read and not yet handed to a page
SHELL = ["/bin/bash", "-l"]
LARGEST = 2000  # columns and rows
# A session of its own with this terminal, and no longer spared when memory runs out as the agent is.
BECOME = (
    "import fcntl,os,sys,termios;fcntl.ioctl(0,termios.TIOCSCTTY,0);"
    "open('/proc/self/oom_score_adj','w').write('0');os.execvp(sys.argv[1],sys.argv[1:])"
)


class Terminal:
    def __init__(self, content: Path, ended: Callable[["Terminal"], None]) -> None:
        self.id = uuid.uuid4().hex[:12]
        self.code: int | None = None  # with which the shell ended
        self._ended = ended
        self._kept = bytearray()
        self._views: set[View] = set()
        self._loop = asyncio.get_running_loop()
        self._is_read = False
        self._size = (80, 24)
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self.resize(*self._size)
        self._shell = subprocess.Popen(
            [sys.executable, "-ISc", BECOME, *SHELL],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=content if content.is_dir() else None,
            env=kernel_environment() | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(slave)
        self.look()

    @property
    def title(self) -> str:
        """What runs in it now."""
        try:
            return Path(f"/proc/{self._in_front()}/comm").read_text().strip()
        except OSError:
            return "bash"

    def join(self, view: "View") -> bytes:
        """Hear what is printed from now on; returns what was printed last."""
        self._views.add(view)
        return bytes(self._kept)

    def leave(self, view: "View") -> None:
        self._views.discard(view)
        self.look()

    def type(self, data: bytes) -> None:
        """What was typed. A program that reads nothing loses what does not fit, as with any terminal."""
        with contextlib.suppress(OSError):
            os.write(self._master, data)

    def resize(self, columns: int, rows: int) -> None:
        self._size = columns, rows
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def redraw(self) -> None:
        """Have a program that fills the screen draw it again."""
        self._signal(self._in_front(), signal.SIGWINCH)

    def look(self) -> None:
        """Read on, or stop reading, as those who look can take more or not."""
        wanted = self.code is None and not any(view.is_full for view in self._views)
        if wanted != self._is_read:
            self._is_read = wanted
            if wanted:
                self._loop.add_reader(self._master, self._read)
            else:
                self._loop.remove_reader(self._master)

    def end(self) -> None:
        """End the shell and what it runs."""
        if self.code is not None:
            return
        self._signal(self._in_front(), signal.SIGHUP)
        self._signal(self._shell.pid, signal.SIGKILL)
        self._over()

    def _in_front(self) -> int:
        """The process group that has the terminal; 0 while nobody has it."""
        try:
            return os.tcgetpgrp(self._master)
        except OSError:
            return 0

    def _signal(self, group: int, number: signal.Signals) -> None:
        if group > 1:  # 0 would be our own group, with the agent and its kernel
            with contextlib.suppress(OSError):
                os.killpg(group, number)

    def _read(self) -> None:
        try:
            data = os.read(self._master, AHEAD)
        except BlockingIOError:
            return
        except OSError:  # nobody has the terminal open any more
            data = b""
        if not data:
            self._over()
            return
        self._kept += data
        if len(self._kept) > KEPT:
            cut = self._kept.find(b"\n", len(self._kept) - KEPT)
            del self._kept[: cut + 1 if cut >= 0 else len(self._kept) - KEPT]
        for view in tuple(self._views):
            view.feed(data)
        self.look()

    def _over(self) -> None:
        self.code = 0
        self._loop.remove_reader(self._master)
        os.close(self._master)
        try:
            self.code = self._shell.wait(1)
        except subprocess.TimeoutExpired:
            self._shell.kill()
            self.code = self._shell.wait()
        for view in tuple(self._views):
            view.over()
        self._ended(self)


class View:
    """One page that looks at a terminal: a job of a stream."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._waiting = bytearray()
        self._news = asyncio.Event()

    @property
    def is_full(self) -> bool:
        return len(self._waiting) > AHEAD

    def feed(self, data: bytes) -> None:
        self._waiting += data
        self._news.set()

    def over(self) -> None:
        self._news.set()

    async def run(self, stream: Stream) -> None:
        kept = self._terminal.join(self)
        await stream.say(type="opened", terminal=self._terminal.id)
        self._waiting[:0] = kept
        while True:
            while self._waiting:
                data = bytes(self._waiting[:PIECE])
                del self._waiting[:PIECE]
                await stream.send(data)
                self._terminal.look()
            if self._terminal.code is not None:
                await stream.say(type="exited", code=self._terminal.code)
                return
            self._news.clear()
            await self._news.wait()

    async def take(self, frame: Frame | bytes) -> None:
        match frame:
            case bytes():
                self._terminal.type(frame)
            case {"type": "size", "columns": int(columns), "rows": int(rows)}:
                if 0 < columns <= LARGEST and 0 < rows <= LARGEST:
                    self._terminal.resize(columns, rows)
                    if frame.get("redraw") is True:
                        self._terminal.redraw()

    def close(self) -> None:
        self._terminal.leave(self)


class Terminals:
    """The terminals of this box."""

    def __init__(self, content: Path) -> None:
        self._content = content
        self._terminals: dict[str, Terminal] = {}

    def do(self, work: str, name: str) -> dict[str, Any]:
        """List them, begin one, or end one; raises Refused."""
        match work:
            case "list":
                return {"terminals": [{"id": one.id, "title": one.title} for one in self._terminals.values()]}
            case "new":
                return {"terminal": self._begin().id}
            case "end":
                self.find(name).end()
                return {}
        raise Refused("not-done", "The machine does not know how to do this.")

    def find(self, name: str) -> Terminal:
        if name not in self._terminals:
            raise Refused("terminal-over", "This terminal has ended.")
        return self._terminals[name]

    def close(self) -> None:
        for terminal in tuple(self._terminals.values()):
            terminal.end()

    def _begin(self) -> Terminal:
        if len(self._terminals) >= MOST_TERMINALS:
            raise Refused("too-many", f"A machine has at most {MOST_TERMINALS} terminals. End one first.")
        try:
            terminal = Terminal(self._content, self._forget)
        except OSError as problem:
            raise Refused("not-done", f"The machine cannot start a terminal: {problem.strerror}.") from problem
        self._terminals[terminal.id] = terminal
        return terminal

    def _forget(self, terminal: Terminal) -> None:
        self._terminals.pop(terminal.id, None)
