"""Executions that others may read too: a copy of a notebook shows what ran in the original, without a copy of it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from runtimes.execution.log import read_lists
from runtimes.execution.models import BlobUse, Execution, ExecutionUse
from runtimes.execution.outputs import digests


@transaction.atomic
def lend(lender: str, borrower: str, ids: Iterable[UUID]) -> None:
    """From now on `borrower` reads these executions too, as far as `lender` does and they are to be kept.

    A run that goes on while it is lent is read to its end: its row is locked, so that no large part of its outputs
    falls between those that are there now and those that `record` gives to whoever has a use.
    """
    seen = Execution.objects.seen_by(lender).filter(pk__in=list(ids), is_kept=True)
    rows = list(seen.select_for_update(of=("self",), no_key=True))
    uses = [ExecutionUse(audience=borrower, execution=row) for row in rows if row.audience != borrower]
    ExecutionUse.objects.bulk_create(uses, ignore_conflicts=True)
    outputs = (output for found in read_lists(rows).values() for output in found.outputs)
    parts = [BlobUse(audience=borrower, blob_id=sha256) for sha256 in digests(outputs)]
    BlobUse.objects.bulk_create(parts, ignore_conflicts=True)


def readers(audience: str, execution: UUID) -> list[str]:
    """Everyone who reads an execution of `audience`."""
    lent = ExecutionUse.objects.filter(execution=execution).values_list("audience", flat=True)
    return [audience, *lent]


@transaction.atomic
def forget_audience(audience: str) -> None:
    """Nobody is `audience` any more: its runs go, except those that others were lent."""
    ExecutionUse.objects.filter(audience=audience).delete()
    BlobUse.objects.filter(audience=audience).delete()
    Execution.objects.unlent().filter(audience=audience).delete()
