"""A file of a machine, read through a stream."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from runtimes.execution.commands import NO_LINK, NotDone
from runtimes.execution.streams import Stream, open_stream

MANY = 2**53


class CutShort(Exception):
    """The machine, or the way to it, went while a file was on its way."""


async def open_file(runtime: UUID, path: str, first: int = 0) -> Stream:
    """A stream of the file's bytes from `first` on; raises NotDone. Its `opened` has `size` and `version`."""
    stream = await open_stream(runtime, {"kind": "read", "path": path, "first": first})
    if not _is_size(stream.opened.get("size")):
        await stream.close()
        raise NotDone("no-link", NO_LINK)
    return stream


async def pieces(stream: Stream, size: int) -> AsyncIterator[bytes]:
    """`size` bytes, each piece asked for when the one before it has been taken; raises CutShort."""
    taken = 0
    while taken < size:
        frame = await stream.receive()
        if not isinstance(frame, bytes) or taken + len(frame) > size:
            raise CutShort(f"{taken} of {size} bytes arrived.")
        yield frame
        taken += len(frame)
        await stream.send({"type": "arrived", "bytes": taken})


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MANY
