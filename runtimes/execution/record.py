"""Writing the output log: everything that an agent's frames have brought, in one transaction, fenced by generation."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from runtimes.allocation.models import Runtime, RuntimeNote
from runtimes.execution.blobs import store_blobs, use_blobs
from runtimes.execution.models import Execution, OutputEvent, OutputText
from runtimes.execution.outputs import Blobs
from runtimes.execution.packing import SMALL, pack, pack_text
from runtimes.execution.quick import write_output
from runtimes.execution.states import UNFINISHED
from runtimes.execution.writer import Flush


class Fenced(Exception):
    """A newer link of the same agent has taken over: nothing of ours counts any more."""


@dataclass(slots=True)
class Change:
    """What has become of one execution: new values of its row, new operations, and the folded list if it is time."""

    execution: UUID
    audience: str
    fields: dict[str, Any] = field(default_factory=dict)
    flush: Flush | None = None
    folded: dict[str, Any] | None = None


@dataclass(slots=True)
class Record:
    """All consequences of the agent's frames up to `received`."""

    runtime: UUID
    generation: int
    received: int
    runtime_fields: dict[str, Any]
    changes: list[Change]
    notes: list[tuple[str, str]] = field(default_factory=list)
    """What goes to the log of the runtime: names and sentences."""


def write_record(record: Record) -> None:
    """Commit it all or nothing; raises Fenced."""
    if _write_quickly(record):
        return
    blobs: Blobs = {}
    for change in record.changes:
        blobs |= change.flush.blobs if change.flush else {}
    store_blobs(blobs)
    with transaction.atomic():
        mine = Runtime.objects.filter(pk=record.runtime, generation=record.generation)
        if mine.update(received=record.received, **record.runtime_fields) == 0:
            raise Fenced
        RuntimeNote.objects.bulk_create(
            RuntimeNote(runtime_id=record.runtime, what=what, detail=detail) for what, detail in record.notes
        )
        for change in record.changes:
            use_blobs(change.audience, change.flush.blobs if change.flush else {}, change.execution)
            _write_change(change)


def _write_quickly(record: Record) -> bool:
    """The usual record has one execution, which has printed or ended; False for any other, or when it is refused."""
    if len(record.changes) != 1 or record.notes:
        return False
    change = record.changes[0]
    flush = change.flush
    if flush is None or flush.blobs or flush.texts or flush.forget_texts or flush.hidden is not None:
        return False
    fields = change.fields | {"number": flush.last}
    if flush.displays is not None:
        fields["displays"] = flush.displays
    if change.folded is not None:
        fields |= {"outputs": pack(change.folded, level=SMALL), "folded": flush.last}
    return write_output(
        record.runtime_fields | {"received": record.received},
        (record.runtime, record.generation),
        change.execution,
        fields,
        flush.first,
        flush.ops if change.folded is None else None,
    )


def _write_change(change: Change) -> None:
    fields = dict(change.fields)
    if change.flush:
        fields |= _write_flush(change, change.flush)
    if not fields:
        return
    rows = Execution.objects.filter(pk=change.execution)
    if "state" not in fields:
        rows.update(changed_at=Now(), **fields)
    elif rows.filter(state__in=sorted(UNFINISHED)).update(changed_at=Now(), **fields) == 0:
        # It was ended by somebody else; what it printed is still kept.
        rest = {name: value for name, value in fields.items() if name not in {"state", "reason", "ended_at"}}
        rows.update(changed_at=Now(), **rest)


def _write_flush(change: Change, flush: Flush) -> dict[str, Any]:
    """Insert rows for the operations and hidden text; the execution's own new values."""
    fields: dict[str, Any] = {"number": flush.last}
    if flush.forget_texts:
        OutputText.objects.filter(execution=change.execution).delete()
    OutputText.objects.bulk_create(
        OutputText(execution_id=change.execution, index=piece.index, number=piece.number, data=pack_text(piece.text))
        for piece in flush.texts
    )
    if flush.hidden is not None:
        fields["hidden"] = pack(flush.hidden)
    if flush.displays is not None:
        fields["displays"] = flush.displays
    if change.folded is not None:
        OutputEvent.objects.filter(execution=change.execution).delete()
        return fields | {"outputs": pack(change.folded, level=SMALL), "folded": flush.last}
    OutputEvent.objects.bulk_create(
        OutputEvent(execution_id=change.execution, number=flush.first + place, op=pack(op))
        for place, op in enumerate(flush.ops)
    )
    return fields
