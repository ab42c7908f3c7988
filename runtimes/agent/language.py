"""A language server for the code of one page: it tells what is wrong in what has not run, and what names are.

One process a stream, begun with it and ended with it, for it starts in milliseconds and remembers nothing that the page
could not tell it again. We pass its bytes on as they are; the page speaks the protocol. It is the first to go when the
machine runs out of memory, and takes the processor only when nobody else wants it.
"""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

from .kernels import kernel_environment
from .places import Refused
from .streams import PIECE, Frame, Stream

MOST_SERVERS = 4
# As the box's python: the packages that it finds are those that code imports.
SERVER = Path(sys.executable).with_name("ty")
LIBRARY = Path(__file__).parents[1] / "lib"  # `google.colab`
COMMAND = ("nice", "-n", "15", str(SERVER), "server")
NO_SERVER = "This machine has no language server: its code is not checked before it runs."
TOO_MANY = f"A machine checks the code of at most {MOST_SERVERS} pages at once. Close one of the others."


class LanguageServers:
    """Those of this box."""

    def __init__(self, content: Path) -> None:
        self._content = content
        self._open: set[LanguageServer] = set()

    def begin(self) -> "LanguageServer":
        """Raises Refused."""
        if not SERVER.is_file():
            raise Refused("no-language-server", NO_SERVER)
        if len(self._open) >= MOST_SERVERS:
            raise Refused("too-many", TOO_MANY)
        server = LanguageServer(self._content, self._open)
        self._open.add(server)
        return server


class LanguageServer:
    """One process: a job of a stream."""

    def __init__(self, content: Path, among: "set[LanguageServer]") -> None:
        self._content, self._among = content, among
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, stream: Stream) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *COMMAND,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=self._content if self._content.is_dir() else None,
                env=_environment(),
            )
        except OSError as problem:
            raise Refused("no-language-server", NO_SERVER) from problem
        self._process = process
        try:
            let_it_go_first(process.pid)
            await stream.say(type="opened", folder=str(self._content), python=sys.prefix)
            assert process.stdout
            while data := await process.stdout.read(PIECE):
                await stream.send(data)
            await stream.say(type="exited", code=await process.wait())
        finally:
            self._kill()
            await process.wait()

    async def take(self, frame: Frame | bytes) -> None:
        """What the page says to it. One that is gone hears nothing, and its end is told by `run`."""
        if isinstance(frame, bytes) and self._process and self._process.stdin:
            with contextlib.suppress(ConnectionError):
                self._process.stdin.write(frame)
                await self._process.stdin.drain()

    def close(self) -> None:
        self._among.discard(self)
        self._kill()

    def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


def _environment() -> dict[str, str]:
    """As the kernel's, which adds its library to its path itself."""
    ours = kernel_environment()
    path = [entry for entry in (ours.get("PYTHONPATH"), str(LIBRARY)) if entry]
    return ours | {"TY_MAX_PARALLELISM": "1", "PYTHONPATH": os.pathsep.join(path)}


def let_it_go_first(process: int) -> None:
    """When memory runs out."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{process}/oom_score_adj").write_text("1000")
