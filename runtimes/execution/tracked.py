"""What a session remembers of one execution: its row, the changes not yet committed, and the writer of its outputs."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from runtimes.execution.log import read_list
from runtimes.execution.models import Execution
from runtimes.execution.outputs import OutputList
from runtimes.execution.packing import unpack
from runtimes.execution.record import Change
from runtimes.execution.states import State
from runtimes.execution.writer import Limits, OutputWriter

FOLD_AFTER = 500


class Tracked:
    def __init__(self, row: Execution, outputs: OutputList | None = None) -> None:
        self.row = row
        self.writer = OutputWriter(limits(), outputs, row.number, unpack(row.hidden) if row.hidden else None)
        self._fields: dict[str, Any] = {}
        self._has_output = False

    @property
    def id(self) -> UUID:
        return self.row.pk

    @property
    def is_dirty(self) -> bool:
        """There is something to commit."""
        return bool(self._fields) or self._has_output or self.writer.is_behind

    @property
    def is_unfinished(self) -> bool:
        return self.row.is_unfinished

    def set(self, **fields: Any) -> None:
        """New values of the row, to be committed with the next record."""
        self._fields |= fields
        for name, value in fields.items():
            setattr(self.row, name, value)

    def feed(self, kind: str, content: dict[str, Any]) -> bool:
        is_output = self.writer.feed(kind, content)
        self._has_output |= is_output
        return is_output

    def update_display(self, name: str, content: dict[str, Any]) -> bool:
        is_output = self.writer.update_display(name, content)
        self._has_output |= is_output
        return is_output

    def send(self) -> None:
        self.set(state=State.SENT.value, sent_at=timezone.now())

    def begin(self, session: str) -> None:
        self.set(state=State.RUNNING.value, started_at=timezone.now(), session=session)

    def end(self, state: State, reason: str = "", count: int | None = None) -> None:
        fields = {"state": state.value, "reason": reason, "ended_at": timezone.now(), "prompt": None}
        self.set(**fields, **({} if count is None else {"count": count}))

    def take_change(self, now: float) -> tuple[Change, dict[str, Any] | None]:
        """What is to be committed, and the row as pages may see it afterwards, if they would see a difference."""
        has_ended = "ended_at" in self._fields
        flush = self.writer.flush(now, is_last=has_ended)
        fields, self._fields = self._fields, {}
        self._has_output = False
        change = Change(self.id, self.row.audience, fields, None if flush.is_empty else flush)
        self.row.number = flush.last
        if (has_ended and flush.last) or flush.last - self.row.folded > FOLD_AFTER:
            change.flush = flush
            change.folded = self.writer.outputs.value()
            self.row.folded = flush.last
        return change, self.row.public() if fields.keys() - {"prompt"} else None


def limits() -> Limits:
    return Limits(
        shown=settings.TOMONI_OUTPUT_SHOWN_BYTES,
        kept=settings.TOMONI_OUTPUT_KEPT_BYTES,
        blob=settings.TOMONI_BLOB_BYTES,
    )


def load(runtime: UUID, execution: UUID) -> Tracked | None:
    """An execution of this runtime as it is committed; None when the runtime has no such execution."""
    row = Execution.objects.select_related("by").filter(pk=execution, runtime=runtime).first()
    return Tracked(row, read_list(row)) if row else None
