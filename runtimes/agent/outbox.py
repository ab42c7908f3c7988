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

    def error(self, execution: str, reply: dict[str, Any]) -> None:
        """What went wrong, as the kernel's reply has it, in the form of the message that it did not publish."""
        words = {name: str(reply.get(name) or "") for name in ("ename", "evalue")}
        lines = reply.get("traceback")
        traceback = [str(line) for line in lines] if isinstance(lines, list) and lines else [": ".join(words.values())]
        header = {"msg_type": "error"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "buffers": []}
        content = {**words, "traceback": traceback}
        self._add(type="message", execution=execution, channel="iopub", message={**message, "content": content})

    def kernel(self, state: str, session: str, name: str, *, reason: str = "", cause: str = "") -> None:
        """`name` is that of the kernelspec."""
        self._add(type="kernel", state=state, session=session, kernelspec=name, reason=reason, cause=cause, detail={})

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
