"""A file on its way out of the box or into it, in pieces, never whole in memory."""

import asyncio
import os
from typing import Any

from .files import Files, Upload
from .places import Refused, refusing
from .streams import PIECE, Frame, Stream


class Download:
    """Sends a file, or the part of it that is wanted, as far as it reached when it was opened."""

    def __init__(self, files: Files, path: str, first: int = 0) -> None:
        self._files, self._path, self._first = files, path, first
        self._file: int | None = None

    async def run(self, stream: Stream) -> None:
        file, figures = await asyncio.to_thread(self._files.open_to_read, self._path)
        self._file = file
        await stream.say(type="opened", **figures)
        place, end = self._first, int(figures["size"])
        while place < end:
            with refusing():
                data = await asyncio.to_thread(os.pread, file, min(PIECE, end - place), place)
            if not data:
                raise Refused("file-changed", "The file became shorter while it was read.")
            await stream.send(data)
            place += len(data)
        await stream.say(type="end")
        await asyncio.Event().wait()  # whoever reads it hangs up

    async def take(self, frame: Frame | bytes) -> None:
        """Nothing is said to us but what has arrived."""

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)


class Receipt:
    """Takes a file: bytes, then `end`. Each piece is confirmed once it is written."""

    def __init__(self, files: Files, path: str, what: Frame) -> None:
        self._files, self._path = files, path
        self._name = str(what.get("upload"))
        self._upload: Upload | None = None
        self._stream: Stream | None = None
        self._opened = asyncio.Event()

    async def run(self, stream: Stream) -> None:
        self._upload = await asyncio.to_thread(self._files.open_to_write, self._path, self._name)
        self._stream = stream
        await stream.say(type="opened", size=self._upload.size)
        self._opened.set()
        await asyncio.Event().wait()

    async def take(self, frame: Frame | bytes) -> None:
        await self._opened.wait()
        assert self._upload
        assert self._stream
        match frame:
            case bytes():
                await asyncio.to_thread(self._upload.write, frame)
                await self._stream.say(type="arrived", bytes=self._upload.size)
            case {"type": "end"}:
                figures = await asyncio.to_thread(self._finish, self._upload, frame)
                await self._stream.say(type="done", **figures)
            case {"type": "drop"}:
                await asyncio.to_thread(self._upload.drop)
                await self._stream.say(type="dropped")

    def close(self) -> None:
        if self._upload:
            self._upload.close()

    def _finish(self, upload: Upload, frame: Frame) -> dict[str, Any]:
        version = frame.get("version")
        return upload.finish(
            replace=frame.get("replace") is True, version=version if isinstance(version, str) else None
        )
