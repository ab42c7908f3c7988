"""The frames that the agent sends, one function for each kind, all numbered and spooled."""

import json
from typing import Any

from .deaths import Death
from .messages import Message
from .spool import Spool


class Outbox:
    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def message(self, message: Message, execution: str | None) -> None:
        of = json.dumps(execution)
        self._spool.add(f'{{"type":"message","execution":{of},"channel":"{message.channel}","message":{message.text}}}')

    def kernel(self, state: str, session: str, *, reason: str = "", cause: str = "") -> None:
        self._add(type="kernel", state=state, session=session, reason=reason, cause=cause, detail={})

    def death(self, session: str, death: Death) -> None:
        self._add(
            type="kernel", state="dead", session=session, reason=death.reason, cause=death.cause, detail=death.detail
        )

    def accepted(self, execution: str) -> None:
        self._add(type="accepted", execution=execution)

    def finished(self, execution: str, status: str, count: int | None = None, reason: str = "") -> None:
        self._add(type="finished", execution=execution, status=status, count=count, reason=reason)

    def reply(self, command: str, ok: bool, value: dict[str, Any]) -> None:
        self._add(type="reply", id=command, ok=ok, value=value)

    def _add(self, **frame: Any) -> None:
        self._spool.add(json.dumps(frame))
