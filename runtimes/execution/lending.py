"""Executions that others may read too: a copy of a notebook shows what ran in the original, without a copy of it."""

from collections.abc import Iterable
from uuid import UUID

from runtimes.execution.models import Execution, ExecutionUse


def lend(lender: str, borrower: str, ids: Iterable[UUID]) -> None:
    """From now on `borrower` reads these executions too, as far as `lender` does and they are to be kept.

    Their large parts come along, also those of a run that still goes on: a part names its execution (`BlobUse`).
    """
    seen = Execution.objects.seen_by(lender).filter(pk__in=list(ids), is_kept=True).exclude(audience=borrower)
    uses = [ExecutionUse(audience=borrower, execution=row) for row in seen]
    ExecutionUse.objects.bulk_create(uses, ignore_conflicts=True)
