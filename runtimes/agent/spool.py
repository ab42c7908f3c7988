"""Every frame for the platform, numbered and kept until acknowledged: in memory first, then on disk."""

import asyncio
import json
import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

FRAME = 200 * 1024  # bytes of a frame; a longer one is cut into parts
IN_MEMORY = 16 * 1024 * 1024
BOUND = 256 * 1024 * 1024


class Spool:
    """Frames leave it only when acknowledged, so whatever link comes next can resend from where the last one broke.

    Adding never fails and never waits: what must not be lost is kept even above the bound. Who can wait (the
    reader of the kernel's output) asks `room()` first.
    """

    def __init__(self, scratch: Path, in_memory: int = IN_MEMORY, bound: int = BOUND) -> None:
        self.last = 0  # the highest number given
        self.size = 0  # bytes not acknowledged
        self.bound = bound
        self._limit = bound
        self._in_memory = in_memory
        self._memory_used = 0
        self._frames: OrderedDict[int, bytes | tuple[int, int]] = OrderedDict()  # on disk: (offset, length)
        self._on_disk = 0
        self._disk_end = 0
        self._file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115  # closed by close()
        self._added = asyncio.Event()
        self._shrunk = asyncio.Event()

    def add(self, body: str) -> None:
        """Number a frame, given as the JSON text of an object in ASCII, and keep it."""
        for part in cut(body):
            self.last += 1
            self._keep(self.last, f'{{"n":{self.last},{part[1:]}'.encode("ascii"))
        self._added.set()

    @property
    def first(self) -> int:
        """The lowest number that is not acknowledged."""
        return next(iter(self._frames), self.last + 1)

    def frame(self, number: int) -> bytes:
        place = self._frames[number]
        if isinstance(place, bytes):
            return place
        offset, length = place
        return os.pread(self._file.fileno(), length, offset)

    def acknowledge(self, number: int) -> None:
        """Forget all frames up to `number`."""
        while self._frames and next(iter(self._frames)) <= number:
            self._forget(self._frames.popitem(last=False)[1])
        if self._disk_end and not self._on_disk:
            self._file.truncate(0)
            self._disk_end = 0
        self._shrunk.set()

    async def added(self, number: int) -> None:
        """Wait until frame `number` exists."""
        while self.last < number:
            self._added.clear()
            await self._added.wait()

    def limit(self, window: int | None) -> None:
        """Let at most `window` bytes wait; without a link (None) as much as the spool holds."""
        self._limit = self.bound if window is None else min(window, self.bound)
        self._shrunk.set()

    def has_room(self) -> bool:
        return self.size <= self._limit

    async def room(self) -> None:
        """Wait until there is room for more."""
        while not self.has_room():
            self._shrunk.clear()
            await self._shrunk.wait()

    async def emptied(self) -> None:
        while self._frames:
            self._shrunk.clear()
            await self._shrunk.wait()

    def close(self) -> None:
        self._file.close()

    def _keep(self, number: int, frame: bytes) -> None:
        self.size += len(frame)
        if self._memory_used + len(frame) > self._in_memory and self._write(frame):
            self._frames[number] = (self._disk_end, len(frame))
            self._disk_end += len(frame)
            self._on_disk += 1
        else:
            self._frames[number] = frame
            self._memory_used += len(frame)

    def _write(self, frame: bytes) -> bool:
        try:
            return os.pwrite(self._file.fileno(), frame, self._disk_end) == len(frame)
        except OSError:  # the disk is full: memory is what is left
            return False

    def _forget(self, place: bytes | tuple[int, int]) -> None:
        if isinstance(place, bytes):
            self.size -= len(place)
            self._memory_used -= len(place)
        else:
            self.size -= place[1]
            self._on_disk -= 1


def cut(body: str) -> Iterator[str]:
    """The frame itself, or the parts that make up a long one."""
    if len(body) <= FRAME:
        yield body
        return
    start = 0
    while start < len(body):
        part, length = _part(body, start)
        start += length
        more = "true" if start < len(body) else "false"
        yield f'{{"type":"part","more":{more},"data":{part}}}'


def _part(body: str, start: int) -> tuple[str, int]:
    """As much of the text from `start` as fits when quoted once more, and its length."""
    length = FRAME - 1024
    while True:
        piece = body[start : start + length]
        quoted = json.dumps(piece)
        if len(quoted) <= FRAME:
            return quoted, len(piece)
        length //= 2
