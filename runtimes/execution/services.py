"""What others ask of executions and their results."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from runtimes.allocation.models import Runtime
from runtimes.allocation.states import Status
from runtimes.execution.audiences import alone, whole
from runtimes.execution.blobs import NoBlob, open_blob, read_blobs, store_blobs, use_blobs
from runtimes.execution.lending import lend
from runtimes.execution.log import fold, read_lists
from runtimes.execution.models import BlobUse, Execution, ExecutionQuerySet, OutputEvent, OutputText
from runtimes.execution.outputs import Blobs, Output, OutputList, attach_blobs, detach_blobs, digests
from runtimes.execution.packing import SMALL, finite, pack, unpack, unpack_text
from runtimes.execution.quick import insert_run
from runtimes.execution.states import State

__all__ = [
    "ImportedResult",
    "NoBlob",
    "NotYours",
    "RuntimeOver",
    "StoredResult",
    "abort_unfinished",
    "abort_with_runtime",
    "accept_run",
    "end_executions",
    "executed",
    "executions",
    "import_results",
    "lend",
    "nbformat_outputs",
    "open_blob",
    "readable",
    "results",
    "store_results",
    "stream_text",
]

EXPORTED_TEXT = 16 * 2**20
TAKES_RUNS = [Status.REQUESTED.value, Status.STARTING.value, Status.READY.value]


class RuntimeOver(Exception):
    """This runtime takes no runs any more."""


class NotYours(Exception):
    """This execution id belongs to another run: of another person, or of another notebook."""


@dataclass(frozen=True, slots=True)
class ImportedResult:
    """What a file says that a cell printed."""

    execution: UUID
    count: int | None
    outputs: Sequence[Output]


@dataclass(frozen=True, slots=True)
class StoredResult:
    """The same with its large parts stored, and the rest packed."""

    execution: UUID
    count: int | None
    outputs: bytes
    blobs: Blobs


def accept_run(
    runtime: Runtime,
    execution_id: UUID,
    code: str,
    *,
    by: User,
    cell: str,
    batch: str,
    is_kept: bool = True,
    is_scratch: bool = False,
    sent: bool = False,
) -> tuple[Execution, bool]:
    """Write down that this run is accepted; the second value is False when it was accepted before.

    `sent` says that the caller hands it to the machine at once. What a scratch cell runs is seen by nobody else, and
    not kept. Raises NotYours and RuntimeOver.
    """
    execution = Execution(
        id=execution_id,
        audience=alone(runtime.audience, by.pk) if is_scratch else runtime.audience,
        runtime=runtime,
        by=by,
        code=pack(code),
        cell=cell,
        batch=batch,
        is_kept=is_kept and not is_scratch,
        state=State.SENT.value if sent else State.QUEUED.value,
        sent_at=timezone.now() if sent else None,
    )
    if insert_run(execution, TAKES_RUNS):
        return execution, True
    return _accepted_before(runtime, execution_id, by), False


def _accepted_before(runtime: Runtime, execution_id: UUID, by: User) -> Execution:
    execution = Execution.objects.select_related("by").filter(pk=execution_id).first()
    if execution is None:
        raise RuntimeOver
    if whole(execution.audience) != runtime.audience or execution.by_id != by.pk:
        raise NotYours("This run's id is already used by another run.")
    return execution


def abort_unfinished(runtime: Runtime, reason: str) -> list[Execution]:
    """End what `runtime` can no longer finish; returns what was ended."""
    return end_executions(Execution.objects.unfinished().filter(runtime=runtime), State.ABORTED, reason)


def abort_with_runtime(runtime: Runtime) -> None:
    """The machine is gone, and with it what it had to do, and what it printed that is not to be kept."""
    abort_unfinished(runtime, runtime.reason_detail or "The machine was disconnected before this had ended.")
    _forget_unkept(runtime)


def _forget_unkept(runtime: Runtime) -> None:
    """Pages that show it go on showing it; whoever opens the notebook next finds nothing."""
    unkept = Execution.objects.filter(runtime=runtime, is_kept=False)
    OutputEvent.objects.filter(execution__in=unkept).delete()
    OutputText.objects.filter(execution__in=unkept).delete()
    BlobUse.objects.filter(execution__in=unkept).delete()
    unkept.update(outputs=None, hidden=None, displays="", code=pack(""), folded=F("number"), changed_at=Now())


@transaction.atomic
def end_executions(rows: ExecutionQuerySet, state: State, reason: str) -> list[Execution]:
    """End these at what they have printed; returns them as they are now."""
    ended = list(rows.select_for_update(of=("self",)).select_related("by"))
    for execution, outputs in zip(ended, read_lists(ended).values(), strict=True):
        fold(execution, outputs)
    Execution.objects.filter(pk__in=[execution.pk for execution in ended]).update(
        state=state.value, reason=reason, ended_at=Now(), changed_at=Now(), prompt=None
    )
    for execution in ended:
        execution.refresh_from_db(fields=["state", "reason", "ended_at"])
    return ended


def store_results(imported: Iterable[ImportedResult]) -> list[StoredResult]:
    """Take the large parts out of what a file says that its cells printed, and store them; not in a transaction."""
    stored = []
    for result in imported:
        detached = [detach_blobs(output, settings.TOMONI_BLOB_BYTES) for output in result.outputs]
        blobs = {sha256: raw for one in detached for sha256, raw in one.blobs.items()}
        store_blobs(blobs)
        packed = pack(OutputList([one.output for one in detached]).value(), level=SMALL)
        stored.append(StoredResult(result.execution, result.count, packed, blobs))
    return stored


@transaction.atomic
def import_results(audience: str, stored: Sequence[StoredResult]) -> None:
    """Keep these as results of executions that nobody ran here."""
    Execution.objects.bulk_create(
        Execution(
            id=result.execution,
            audience=audience,
            state=State.DONE.value,
            count=result.count,
            code=pack(""),
            outputs=result.outputs,
            number=1,
            folded=1,
        )
        for result in stored
    )
    for result in stored:
        use_blobs(audience, result.blobs, result.execution)


def results(
    audience: str, ids: Iterable[UUID] | None = None, *, only_unkept: bool = False
) -> dict[str, dict[str, Any]]:
    """What pages show of these executions, or of all: the row, and `outputs` (with `clearing`, see the protocol)."""
    rows = [one for one in executions(audience, ids) if not (only_unkept and one.is_kept)]
    lists = read_lists(rows)
    return {str(one.pk): one.public() | finite(lists[one.pk].value()) for one in rows}


def readable(code: bytes | memoryview) -> str:
    """The code of an execution as text that JSON can hold: half a character of UTF-16 becomes a sign for it."""
    text: str = unpack(code)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def executed(audience: str, by: User, most: int) -> list[Execution]:
    """What `by` ran for `audience`, the latest first; what was not to be kept is not in it."""
    return list(Execution.objects.filter(audience=audience, by=by, is_kept=True).order_by("-order")[:most])


def nbformat_outputs(audience: str, ids: Iterable[UUID]) -> dict[str, tuple[int | None, list[Output]]]:
    """Count and outputs of these executions as a file has them: large parts in place, nothing of ours in them."""
    rows = executions(audience, ids)
    lists = read_lists(rows)
    every = [output for outputs in lists.values() for output in outputs.outputs]
    blobs = read_blobs(audience, digests(every))
    return {
        str(one.pk): (
            one.count,
            [_whole(one, index, output, blobs) for index, output in enumerate(lists[one.pk].outputs)],
        )
        for one in rows
    }


def stream_text(audience: str, execution: UUID, index: int) -> Iterator[str]:
    """All that was kept of a stream output: what the page shows, and after it what it does not. Raises LookupError."""
    row = executions(audience, [execution])[0]
    shown = read_lists([row])[row.pk].outputs[index]
    yield shown.get("text", "")
    yield from _kept_text(row, index)


def executions(audience: str, ids: Iterable[UUID] | None) -> list[Execution]:
    """These executions as far as `audience` may see them, or all of its own, in the order of acceptance.

    `by` is loaded.
    """
    rows = Execution.objects.seen_by(audience).select_related("by").in_order()
    return list(rows if ids is None else rows.filter(pk__in=list(ids)))


def _whole(execution: Execution, index: int, output: Output, blobs: Mapping[str, bytes]) -> Output:
    whole = attach_blobs(output, blobs)
    if hidden := output.get("hidden"):
        return whole | {"text": whole["text"] + _hidden_text(execution, index, hidden)}
    return whole


def _hidden_text(execution: Execution, index: int, hidden: Mapping[str, Any]) -> str:
    """The rest of a trimmed stream, or, when that would make a monster of the file, a sentence and its end."""
    if hidden["bytes"] <= EXPORTED_TEXT:
        return "".join(_kept_text(execution, index))
    return f"\n… {hidden['bytes']} bytes in {hidden['lines']} lines are left out here …\n{hidden['tail']}"


def _kept_text(execution: Execution, index: int) -> Iterator[str]:
    texts = OutputText.objects.filter(execution=execution, index=index).order_by("number")
    for packed in texts.values_list("data", flat=True).iterator(chunk_size=20):
        yield unpack_text(packed)
