"""What an execution printed, as a list of outputs, and the five operations that change it (docs/protocol.md §3). Pure.

A kernel speaks in messages: a stream's piece, a display, a display's update, an error, "clear when the next one comes".
What people look at is a list of outputs. Between the two stands the log: numbered operations, five kinds of them, which
the session writes down, the page applies as they come, and an export applies all at once. So Jupyter's semantics are
understood in one place, `writer.OutputWriter`; everybody else only applies operations, and that is here.

Two rules make the log good to live with:

* An operation never fails. One on an output that is not there, or `text` for something that is no stream, changes
  nothing: a page, or a later version of us, has to survive whatever an older one has logged.
* The list after n operations is the state. The writer can be made from it again (`OutputWriter(outputs=…)`), so a web
  process may die between any two operations and the next one goes on from the log.

Outputs are nbformat's, with three more keys, which exports take out again: `transient` (the display id), `blobs` (parts
that left `data` because they are large: the exact original bytes are kept under their digest) and `hidden` (what a
trimmed stream does not show). `frontend/src/runtime/outputs.ts` is this module's twin; both are held to
`tests/messages/operations.json`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runtimes.execution.terminal import append_text

Operation = dict[str, Any]
Output = dict[str, Any]
Blobs = dict[str, bytes]

WHOLE_ERROR = "application/json"
ERROR_HEAD = 16 * 1024
TRACEBACK_LINES = 200


class OutputList:
    """The outputs so far; `clearing` when the next one takes the place of all of them."""

    def __init__(self, outputs: Iterable[Output] = (), *, clearing: bool = False) -> None:
        self.outputs = list(outputs)
        self.clearing = clearing

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> "OutputList":
        return cls(value["outputs"], clearing=value.get("clearing", False)) if value else cls()

    def value(self) -> dict[str, Any]:
        return {"outputs": self.outputs} | ({"clearing": True} if self.clearing else {})

    def apply(self, operation: Operation) -> None:
        match operation:
            case {"op": "add", "output": dict(output)}:
                self.outputs = [*([] if self.clearing else self.outputs), _settled(output)]
                self.clearing = False
            case {"op": "clear", "wait": True}:
                self.clearing = True
            case {"op": "clear"}:
                self.outputs, self.clearing = [], False
            case {"op": "replace", "index": int(index), "output": dict(output)} if self._has(index):
                self.outputs[index] = _settled(output)
            case {"op": "text", "index": int(index), "text": str(text)} if self.is_stream(index):
                before = self.outputs[index]
                self.outputs[index] = before | {"text": append_text(before["text"], text)}
            case {"op": "hidden", "index": int(index)} if self.is_stream(index):
                figures = {name: operation[name] for name in ("bytes", "lines", "tail")}
                self.outputs[index] = self.outputs[index] | {"hidden": figures}

    def is_stream(self, index: int) -> bool:
        return self._has(index) and self.outputs[index].get("output_type") == "stream"

    def _has(self, index: int) -> bool:
        return 0 <= index < len(self.outputs)


def _settled(output: Output) -> Output:
    return output | {"text": append_text("", output["text"])} if output.get("output_type") == "stream" else output


def read_output(kind: str, content: Mapping[str, Any]) -> Output | None:
    """The output that a kernel's message adds; None for what adds none or is not as Jupyter has it."""
    match kind, content:
        case "display_data", {"data": dict(data)}:
            return {"output_type": kind, "data": data, "metadata": _mapping(content, "metadata")} | _transient(content)
        case "execute_result", {"data": dict(data)}:
            count = content.get("execution_count")
            return {
                "output_type": kind,
                "data": data,
                "metadata": _mapping(content, "metadata"),
                "execution_count": count if isinstance(count, int) else None,
            } | _transient(content)
        case "error", {"ename": str(ename), "evalue": str(evalue), "traceback": list(traceback)}:
            lines = [line for line in traceback if isinstance(line, str)]
            return {"output_type": kind, "ename": ename, "evalue": evalue, "traceback": lines}
        case _:
            return None


def display_id(output: Mapping[str, Any]) -> str:
    """The name by which a later message may replace this output, or ""."""
    name = _mapping(output, "transient").get("display_id")
    return name if isinstance(name, str) else ""


def _transient(content: Mapping[str, Any]) -> Output:
    name = display_id(content)
    return {"transient": {"display_id": name}} if name else {}


def _mapping(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key)
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Detached:
    """An output without its large parts, these, and the bytes that stayed."""

    output: Output
    blobs: Blobs
    inline: int


def detach_blobs(output: Output, limit: int) -> Detached:
    """Take the parts over `limit` bytes out of `output`, to be kept and fetched by their digest."""
    if output["output_type"] == "error":
        return _detach_error(output, limit)
    if "data" not in output:
        return Detached(output, {}, 0)
    data, references, blobs, inline = {}, dict(output.get("blobs", {})), {}, 0
    for mime, part in output["data"].items():
        raw, encoding = part_bytes(part)
        if len(raw) > limit:
            references[mime] = _reference(raw, encoding)
            blobs[references[mime]["sha256"]] = raw
        else:
            data[mime] = part
            inline += len(raw)
    kept = output | {"data": data}
    return Detached(kept | {"blobs": references} if references else kept, blobs, inline)


def attach_blobs(output: Output, blobs: Mapping[str, bytes]) -> Output:
    """The output as it came: its large parts back in their place, and nothing of ours left in it."""
    whole = {key: value for key, value in output.items() if key not in {"transient", "blobs", "hidden"}}
    parts = {
        mime: part_value(blobs[reference["sha256"]], reference["encoding"])
        for mime, reference in output.get("blobs", {}).items()
    }
    if not parts:
        return whole
    if output["output_type"] == "error":
        return {**whole, **parts[WHOLE_ERROR]}
    return whole | {"data": whole["data"] | parts}


def digests(outputs: Iterable[Output]) -> set[str]:
    """The names of all large parts of these outputs."""
    return {reference["sha256"] for output in outputs for reference in output.get("blobs", {}).values()}


def part_bytes(part: Any) -> tuple[bytes, str]:
    """A part of a MIME bundle as bytes, and how to read them again: `text` or `json`."""
    if isinstance(part, str):
        return part.encode(errors="surrogatepass"), "text"
    return json.dumps(part).encode(), "json"


def part_value(raw: bytes, encoding: str) -> Any:
    return raw.decode(errors="surrogatepass") if encoding == "text" else json.loads(raw)


def _reference(raw: bytes, encoding: str) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), "encoding": encoding}


def _detach_error(output: Output, limit: int) -> Detached:
    whole = {key: output[key] for key in ("ename", "evalue", "traceback")}
    raw, encoding = part_bytes(whole)
    if len(raw) <= limit:
        return Detached(output, {}, len(raw))
    reference = _reference(raw, encoding)
    lines = whole["traceback"]
    if len(lines) > TRACEBACK_LINES:
        half = TRACEBACK_LINES // 2
        lines = [*lines[:half], f"… {len(lines) - 2 * half} lines …", *lines[-half:]]
    share = ERROR_HEAD // max(1, len(lines))
    short = output | {
        "ename": _head(whole["ename"], 200),
        "evalue": _head(whole["evalue"], ERROR_HEAD),
        "traceback": [_head(line, max(share, 200)) for line in lines],
        "blobs": {WHOLE_ERROR: reference},
    }
    return Detached(short, {reference["sha256"]: raw}, 4 * ERROR_HEAD)


def _head(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "…"
