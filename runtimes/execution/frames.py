"""Frames about executions for pages, each below the size that sockets carry. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from runtimes.execution.audiences import whole
from runtimes.execution.outputs import Operation, OutputList
from runtimes.execution.packing import finite

LARGEST_FRAME = 240 * 1024

Frame = dict[str, Any]


def operation_frames(audience: str, execution: str, before: int, ops: Sequence[Operation]) -> list[Frame]:
    """`ops`, which follow operation `before`, in as few frames as fit; one too large for any is to be fetched."""
    frames: list[Frame] = []
    gathered: list[Operation] = []
    size, number = 0, before
    for op in map(finite, ops):
        length = len(json.dumps(op))
        if length > LARGEST_FRAME:
            return [*frames, fetch_frame(audience, execution, before + len(ops))]
        if gathered and size + length > LARGEST_FRAME:
            frames.append(_operations(execution, number, number + len(gathered), gathered))
            number, gathered, size = number + len(gathered), [], 0
        gathered.append(op)
        size += length
    if gathered:
        frames.append(_operations(execution, number, number + len(gathered), gathered))
    return frames


def state_frame(audience: str, execution: str, before: int, number: int, outputs: OutputList) -> Frame:
    """The whole list as operations that take a page from `before` to `number`, or where to fetch it.

    They clear first, so they do the same for a page that has come further than `before` meanwhile; but they are not the
    operations `before` + 1 … `number`, of which such a page would leave out those that it has. `whole` says so.
    """
    ops: list[Operation] = [{"op": "clear", "wait": False}]
    ops += ({"op": "add", "output": finite(output)} for output in outputs.outputs)
    if outputs.clearing:
        ops.append({"op": "clear", "wait": True})
    if len(json.dumps(ops)) > LARGEST_FRAME:
        return fetch_frame(audience, execution, number)
    return _operations(execution, before, number, ops) | {"whole": True}


def fetch_frame(audience: str, execution: str, number: int) -> Frame:
    url = f"/api/notebooks/{whole(audience)}/outputs?execution={execution}"
    return {"type": "outputs", "execution": execution, "number": number, "url": url}


def row_frame(row: dict[str, Any]) -> Frame:
    return {"type": "execution", "execution": row}


def _operations(execution: str, before: int, number: int, ops: Iterable[Operation]) -> Frame:
    return {"type": "ops", "execution": execution, "from": before, "to": number, "ops": list(ops)}
