"""Puts together what an agent had to cut into parts, up to a limit. Pure."""

import re
from uuid import UUID

from runtimes.execution.messages import AgentFrame, BadFrame, KernelMessage, Part, read_agent_frame, read_json

LARGEST = 32 * 2**20
TOO_LARGE = "An output of {size:.0f} MB was left out: a single one may have {limit:.0f} MB at most.\n"
EXECUTION = re.compile(r'"execution":\s*"([0-9a-f-]{36})"')
MEGABYTE = 2**20


class Parts:
    def __init__(self) -> None:
        self._forget()

    @property
    def is_empty(self) -> bool:
        """No frame has begun that is not whole."""
        return not self._size

    def join(self, frame: AgentFrame, *, is_numbered: bool) -> AgentFrame | None:
        """The whole frame, when `frame` is one or is the last part of one; raises BadFrame.

        What has no number comes at any moment, also between two parts: a pong, or figures.
        """
        if not isinstance(frame, Part):
            if is_numbered and not self.is_empty:
                self._forget()
                raise BadFrame("A frame came between the parts of another.")
            return frame
        self._size += len(frame.data)
        if self._size <= LARGEST:
            self._data.append(frame.data)
        if frame.more:
            return None
        data, size = "".join(self._data), self._size
        self._forget()
        return _too_large(data, size) if size > LARGEST else _whole(data)

    def _forget(self) -> None:
        self._data: list[str] = []
        self._size = 0


def _whole(data: str) -> AgentFrame:
    frame = read_agent_frame(read_json(data))
    if isinstance(frame, Part):
        raise BadFrame("A part holds no parts.")
    return frame


def _too_large(head: str, size: int) -> AgentFrame:
    """A sentence, for the execution that the frame names at its beginning."""
    named = EXECUTION.search(head[:200])
    text = TOO_LARGE.format(size=size / MEGABYTE, limit=LARGEST / MEGABYTE)
    return KernelMessage(UUID(named[1]) if named else None, "stream", {"name": "stderr", "text": text}, {}, [])
