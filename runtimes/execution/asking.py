"""What the platform says to an agent: orders, and questions that get a reply."""

import asyncio
import uuid
from typing import Any, Protocol

from runtimes.execution.messages import Reply
from runtimes.execution.models import Execution
from runtimes.execution.packing import unpack


class Link(Protocol):
    """The agent's socket, seen from here: neither call waits."""

    def send(self, frame: dict[str, Any]) -> None: ...

    def close(self, code: int) -> None: ...


class Asking:
    """The questions on their way."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._replies: dict[str, asyncio.Future[Reply | None]] = {}
        self._is_over = False

    async def ask(self, command: dict[str, Any], patience: float) -> Reply | None:
        """The agent's reply to a command, None when the link ends before it; raises TimeoutError."""
        if self._is_over:
            return None
        name = uuid.uuid4().hex
        reply = self._replies[name] = asyncio.get_running_loop().create_future()
        self._link.send({**command, "id": name})
        try:
            return await asyncio.wait_for(reply, patience)
        finally:
            del self._replies[name]

    def settle(self, reply: Reply) -> None:
        waiting = self._replies.get(reply.id)
        if waiting and not waiting.done():
            waiting.set_result(reply)

    def end(self) -> None:
        self._is_over = True
        for reply in self._replies.values():
            if not reply.done():
                reply.set_result(None)


def execute_order(row: Execution) -> dict[str, Any]:
    code = unpack(row.code)
    options = {"store_history": True, "allow_stdin": True, "stop_on_error": True}
    return {"type": "execute", "execution": str(row.pk), "code": code, **options}
