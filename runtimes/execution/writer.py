"""Turns what a kernel says into output operations: Jupyter's semantics, coalesced and kept within limits. Pure.

Messages are fed as they come; `flush` gives the operations since the last flush, the fewest that lead to the same
outputs: of a progress bar only its last state, of what was cleared nothing. A flush also carries what has to be kept
beside the log: large parts, and the text of streams beyond what pages show.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from runtimes.execution.outputs import (
    Blobs,
    Operation,
    Output,
    OutputList,
    detach_blobs,
    display_id,
    part_bytes,
    read_output,
)
from runtimes.execution.terminal import append_text, shortest_change

PIECE = 20_000  # characters of an operation: at most 240 KiB as JSON, whatever they are
TAIL = 16 * 1024
MOST_OUTPUTS = 2_000
SMALL_PART = 1024
HIDDEN_EVERY = 0.5
JSON_NESTING = 50
NOT_KEPT = "\n… The output went on, but no more of it was kept.\n"
TOO_DEEP = "This output is nested too deeply to be shown."


@dataclass(frozen=True, slots=True)
class Limits:
    shown: int  # bytes of stream text in the list of outputs
    kept: int  # bytes of stream text beside it
    blob: int  # a part over this leaves its output


@dataclass(slots=True)
class Hidden:
    """What a trimmed stream does not show; `kept` bytes of it are stored, in `pieces`."""

    bytes: int = 0
    lines: int = 0
    tail: str = ""
    kept: int = 0
    pieces: int = 0
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class HiddenPiece:
    """Text of stream output `index` that is kept beside the list: its piece `number`."""

    index: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Flush:
    """The operations `first`, `first` + 1, …, and what has to be kept with them; None is "as before"."""

    first: int
    ops: list[Operation]
    blobs: Blobs
    texts: list[HiddenPiece]
    forget_texts: bool
    hidden: dict[str, dict[str, Any]] | None
    displays: str | None

    @property
    def last(self) -> int:
        return self.first + len(self.ops) - 1

    @property
    def is_empty(self) -> bool:
        return not (self.ops or self.texts) and self.hidden is None


@dataclass(slots=True)
class _Pending:
    """What the next flush will say; `places` has the place of the operation that made each output."""

    ops: list[Operation] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    blobs: Blobs = field(default_factory=dict)
    texts: list[HiddenPiece] = field(default_factory=list)
    forget_texts: bool = False


class OutputWriter:
    def __init__(
        self,
        limits: Limits,
        outputs: OutputList | None = None,
        number: int = 0,
        hidden: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """A writer for an execution without outputs, or one that goes on after operation `number`."""
        self.outputs = outputs or OutputList()
        self.number = number
        self._limits = limits
        self._hidden = {int(index): Hidden(**figures) for index, figures in (hidden or {}).items()}
        self._pending = _Pending()
        self._stream: tuple[str, list[str]] | None = None  # text not yet an operation
        self._hidden_at = float("-inf")
        self._displays = ""
        self._changed_displays()
        self._measure()

    @property
    def is_behind(self) -> bool:
        """Figures of hidden text have changed since they were told."""
        return not all(hidden.is_told for hidden in self._hidden.values())

    def feed(self, kind: str, content: Mapping[str, Any]) -> bool:
        """Take in a message of the kernel; False when it has nothing to do with outputs."""
        match kind, content:
            case "stream", {"name": str(name), "text": str(text)}:
                self._feed_stream(name[:100], text)
            case "clear_output", _:
                self._clear(wait=content.get("wait") is True)
            case "display_data" | "execute_result" | "error", _:
                if (output := read_output(kind, content)) is None:
                    return False
                self._add(output)
            case _:
                return False
        return True

    def update_display(self, name: str, content: Mapping[str, Any]) -> bool:
        """Replace every output that is displayed under `name`; False when there is none."""
        new = read_output("display_data", content)
        if new is None or not name:
            return False
        self._settle()
        places = [index for index, output in enumerate(self.outputs.outputs) if display_id(output) == name]
        for index in places:
            old = self.outputs.outputs[index]
            self._replace(index, old | {"data": new["data"], "metadata": new["metadata"]})
        return bool(places)

    def flush(self, now: float, *, is_last: bool = False) -> Flush:
        """What came since the last flush. Figures of hidden text are told twice a second, and with `is_last`."""
        self._settle()
        if self.is_behind and (is_last or now >= self._hidden_at + HIDDEN_EVERY):
            self._hidden_at = now
            self._tell_hidden()
        done, self._pending = self._pending, _Pending()
        first, self.number = self.number + 1, self.number + len(done.ops)
        mentioned = {
            reference["sha256"] for op in done.ops for reference in op.get("output", {}).get("blobs", {}).values()
        }
        return Flush(
            first,
            done.ops,
            {sha256: raw for sha256, raw in done.blobs.items() if sha256 in mentioned},
            done.texts,
            done.forget_texts,
            self._changed_figures(
                bool(done.texts or done.forget_texts or any(op["op"] == "hidden" for op in done.ops))
            ),
            self._changed_displays(),
        )

    def _changed_figures(self, has_changed: bool) -> dict[str, dict[str, Any]] | None:
        changed = has_changed or self.is_behind
        return {str(index): asdict(hidden) for index, hidden in self._hidden.items()} if changed else None

    def _changed_displays(self) -> str | None:
        """The display ids in use, as JSON in ASCII."""
        names = sorted({name for output in self.outputs.outputs if (name := display_id(output))})
        before, self._displays = self._displays, json.dumps(names) if names else ""
        return self._displays if self._displays != before else None

    # Streams.

    def _feed_stream(self, name: str, text: str) -> None:
        if self._stream and self._stream[0] == name:
            self._stream[1].append(text)
        else:
            self._settle()
            self._stream = (name, [text])

    def _settle(self) -> None:
        """Make operations of the stream text that has gathered."""
        if self._stream is None:
            return
        (name, pieces), self._stream = self._stream, None
        text = "".join(pieces)
        index = self._stream_of(name)
        if index is None:
            self._write(self._new_stream(name), text)
        else:
            self._write(index, text)

    def _stream_of(self, name: str) -> int | None:
        """The output that `name` goes on in: the last one, or, when there are very many, the last of that name."""
        outputs = [] if self.outputs.clearing else self.outputs.outputs
        first = 0 if len(outputs) >= MOST_OUTPUTS else max(0, len(outputs) - 1)
        for index in range(len(outputs) - 1, first - 1, -1):
            if self.outputs.is_stream(index) and outputs[index]["name"] == name:
                return index
        return None

    def _new_stream(self, name: str) -> int:
        self._append({"output_type": "stream", "name": name, "text": ""})
        return len(self.outputs.outputs) - 1

    def _write(self, index: int, text: str) -> None:
        if index in self._hidden:
            self._hide(index, text)
            return
        before = self.outputs.outputs[index]["text"]
        change = shortest_change(before, text)
        head, rest = _cut(change, self._limits.shown - self._shown)
        for start in range(0, len(head), PIECE):
            self._say_text(index, head[start : start + PIECE])
        self._shown += _size(self.outputs.outputs[index]["text"]) - _size(before)
        if rest:
            self._hide(index, rest)

    def _say_text(self, index: int, text: str) -> None:
        """An operation for `text`; text for an output that this flush adds becomes part of it."""
        place = self._pending.places.get(index)
        if place is not None and place == len(self._pending.ops) - 1:
            output = self._pending.ops[place]["output"]
            if len(output["text"]) + len(text) <= PIECE:
                output = output | {"text": append_text(output["text"], text)}
                self._pending.ops[place] = self._pending.ops[place] | {"output": output}
                self.outputs.outputs[index] = output
                return
        self._say({"op": "text", "index": index, "text": text})

    def _hide(self, index: int, text: str) -> None:
        hidden = self._hidden.setdefault(index, Hidden())
        hidden.bytes += _size(text)
        hidden.lines += text.count("\n")
        hidden.is_told = False
        room = self._limits.kept - self._kept
        if room <= 0:
            return
        kept, dropped = _cut(text, room)
        hidden.tail = (hidden.tail[-TAIL:] + kept[-TAIL:])[-TAIL:]
        if dropped:
            kept, hidden.tail = kept + NOT_KEPT, hidden.tail + NOT_KEPT
        hidden.kept += _size(kept)
        self._kept += _size(kept)
        self._pending.texts.append(HiddenPiece(index, hidden.pieces, kept))
        hidden.pieces += 1

    def _tell_hidden(self) -> None:
        for index, hidden in self._hidden.items():
            if not hidden.is_told:
                hidden.is_told = True
                self._say(
                    {"op": "hidden", "index": index, "bytes": hidden.bytes, "lines": hidden.lines, "tail": hidden.tail}
                )

    # Displays, results, errors.

    def _add(self, output: Output) -> None:
        self._settle()
        if display_name := display_id(output):
            self.update_display(display_name, output)
        if not self.outputs.clearing and len(self.outputs.outputs) >= MOST_OUTPUTS:
            self._feed_stream("stdout", _as_text(output))
            return
        detached, blobs, inline = self._detached(output)
        self._append(detached)
        self._inline += inline
        self._pending.blobs |= blobs

    def _replace(self, index: int, output: Output) -> None:
        detached, blobs, _ = self._detached({key: value for key, value in output.items() if key != "blobs"})
        self._pending.blobs |= blobs
        place = self._pending.places.get(index)
        if place is None:
            self._pending.places[index] = len(self._pending.ops)
            self._say({"op": "replace", "index": index, "output": detached})
        else:
            self._pending.ops[place] = self._pending.ops[place] | {"output": detached}
            self.outputs.outputs[index] = detached

    def _detached(self, output: Output) -> tuple[Output, Blobs, int]:
        """The output without its large parts; when many stay inline, smaller ones count as large."""
        try:
            # What can be written at this depth can be written wherever we put it.
            part_bytes(_nested([output.get("data"), output.get("metadata")]))
        except RecursionError:
            output = output | {"data": {"text/plain": TOO_DEEP}, "metadata": {}}
        limit = self._limits.blob if self._inline < self._limits.shown else min(SMALL_PART, self._limits.blob)
        detached = detach_blobs(output, limit)
        return detached.output, detached.blobs, detached.inline

    def _append(self, output: Output) -> None:
        """Add an output; when that is what a clear waited for, all before it need not be said any more."""
        if self.outputs.clearing:
            self._forget()
        self._say({"op": "add", "output": output})
        self._pending.places[len(self.outputs.outputs) - 1] = len(self._pending.ops) - 1

    def _clear(self, *, wait: bool) -> None:
        self._settle()
        if not wait:
            self._forget()
        elif not self.outputs.clearing:
            self._say({"op": "clear", "wait": True})

    def _forget(self) -> None:
        self._pending = _Pending(forget_texts=bool(self._hidden) or self._pending.forget_texts)
        self._say({"op": "clear", "wait": False})
        self._hidden.clear()
        self._measure()

    def _say(self, operation: Operation) -> None:
        self.outputs.apply(operation)
        self._pending.ops.append(operation)

    def _measure(self) -> None:
        self._shown = sum(_size(output.get("text", "")) for output in self.outputs.outputs)
        self._kept = sum(hidden.kept for hidden in self._hidden.values())
        parts = [part for output in self.outputs.outputs for part in output.get("data", {}).values()]
        self._inline = sum(len(part_bytes(part)[0]) for part in parts)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def _cut(text: str, size: int) -> tuple[str, str]:
    """The head of `text` that fits into `size` bytes, and the rest; characters stay whole."""
    if _size(text) <= size:
        return text, ""
    if text.isascii():
        length = max(0, size)
    else:
        raw = text.encode(errors="surrogatepass")[: max(0, size)]
        while raw and raw[-1] & 0xC0 == 0x80:
            raw = raw[:-1]
        length = len(raw[:-1].decode(errors="surrogatepass")) if raw else 0
    return text[:length], text[length:]


def _as_text(output: Output) -> str:
    text = output.get("data", {}).get("text/plain", output.get("evalue", ""))
    return f"{text}\n" if isinstance(text, str) else ""


def _nested(value: Any) -> Any:
    for _ in range(JSON_NESTING):
        value = [value]
    return value
