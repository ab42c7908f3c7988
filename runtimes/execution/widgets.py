"""Widgets' messages on their way from the kernel to pages, and what is printed into an Output widget.

`with Output():` tells nobody but the page that what follows belongs into the widget: it sets the widget's `msg_id`. We
do the page's part of it here, so it works with no page open, once however many are, and survives a reload: what the
kernel prints meanwhile is folded into the widget's `outputs`, and both the kernel and the pages are told.
"""

import asyncio
from typing import Any
from uuid import UUID

from runtimes.execution.asking import Link
from runtimes.execution.messages import COMMS, KernelMessage
from runtimes.execution.outputs import OutputList, read_output
from runtimes.execution.pages import tell_pages

TELL_EVERY = 0.05  # seconds: who prints a thousand lines makes twenty updates a second of them
MOST_OUTPUTS = 500
MOST_TEXT = 100_000  # characters of a stream: the last ones
LARGEST = 4 * 2**20  # characters of buffers to a page
PRINTED = frozenset({"stream", "display_data", "execute_result", "error", "clear_output"})


class Widgets:
    def __init__(self, runtime: UUID, link: Link) -> None:
        self._runtime = runtime
        self._link = link
        self._areas: dict[str, OutputList] = {}  # by the comm of an Output widget
        self._captures: dict[str, str] = {}  # message that the kernel deals with → comm of the widget that takes it
        self._changed: set[str] = set()

    def forget(self) -> None:
        """It is another kernel: its widgets are gone."""
        self._areas.clear()
        self._captures.clear()
        self._changed.clear()

    def take(self, message: KernelMessage) -> bool:
        """True when it was a widget's message, or printed into a widget, and is dealt with."""
        if message.kind in COMMS:
            self._pass_on(message)
            return True
        comm = self._captures.get(message.parent)
        if comm is None or message.kind not in PRINTED:
            return False
        fold(self._areas[comm], message.kind, message.content)
        if not self._changed:
            asyncio.get_running_loop().call_later(TELL_EVERY, self._tell)
        self._changed.add(comm)
        return True

    def _pass_on(self, message: KernelMessage) -> None:
        """Tell the pages."""
        comm, data = message.content.get("comm_id"), message.content.get("data")
        if not isinstance(comm, str):
            return
        state = data.get("state") if isinstance(data, dict) else None
        if message.kind == "comm_close":
            self._areas.pop(comm, None)
            self._capture(comm, "")
        elif isinstance(data, dict) and isinstance(state, dict):
            if self._is_echo(comm, data, state):
                return
            self._note(comm, state)
        size = sum(map(len, message.buffers))
        if size > LARGEST:
            tell_pages(self._runtime, {"type": "comm_too_large", "comm": comm, "size": size * 3 // 4})  # of base64
            return
        told = {"data": data, "metadata": message.metadata, "buffers": message.buffers}
        target = message.content.get("target_name")
        named = {"comm": comm, "target": target, "parent": message.parent}
        tell_pages(self._runtime, {"type": message.kind, **named, **told})

    def _note(self, comm: str, state: dict[str, Any]) -> None:
        if state.get("_model_name") == "OutputModel":
            self._areas.setdefault(comm, OutputList())
        if comm not in self._areas:
            return
        outputs = state.get("outputs")
        if isinstance(outputs, list):
            self._areas[comm] = OutputList(output for output in outputs if isinstance(output, dict))
        if isinstance(state.get("msg_id"), str):
            self._capture(comm, state["msg_id"])

    def _is_echo(self, comm: str, data: dict[str, Any], state: dict[str, Any]) -> bool:
        """The kernel repeats the outputs that we told it, when newer ones may have been told to the pages."""
        return comm in self._areas and data.get("method") == "echo_update" and state.keys() == {"outputs"}

    def _capture(self, comm: str, parent: str) -> None:
        self._captures = {name: taker for name, taker in self._captures.items() if taker != comm}
        if parent:
            self._captures[parent] = comm

    def _tell(self) -> None:
        changed, self._changed = self._changed, set()
        for comm in changed & self._areas.keys():
            state = {"outputs": self._areas[comm].outputs}
            data = {"method": "update", "state": state, "buffer_paths": []}
            content = {"comm_id": comm, "data": data}
            self._link.send({"type": "comm", "message_type": "comm_msg", "content": content, "buffers": []})
            told: dict[str, Any] = {"data": data, "metadata": {}, "buffers": []}
            tell_pages(self._runtime, {"type": "comm_msg", "comm": comm, "target": None, **told})


def fold(area: OutputList, kind: str, content: dict[str, Any]) -> None:
    """Add what the kernel printed."""
    last = len(area.outputs) - 1
    match kind, content:
        case "clear_output", _:
            area.apply({"op": "clear", "wait": content.get("wait") is True})
        case "stream", {"name": str(name), "text": str(text)}:
            if not area.clearing and area.is_stream(last) and area.outputs[last].get("name") == name:
                area.apply({"op": "text", "index": last, "text": text})
            else:
                area.apply({"op": "add", "output": {"output_type": "stream", "name": name, "text": text}})
            newest = area.outputs[-1]
            area.outputs[-1] = newest | {"text": newest["text"][-MOST_TEXT:]}
        case _:
            output = read_output(kind, content)
            if output is not None:
                output.pop("transient", None)  # the widget's traits are nbformat's
                area.apply({"op": "add", "output": output})
    del area.outputs[:-MOST_OUTPUTS]
