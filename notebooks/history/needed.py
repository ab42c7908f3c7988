"""Which results must stay, and clearing away the others: what no document, no revision and no copy shows any more.

What a notebook shows is asked here; what copies of it show they were lent, and clearing leaves that alone. What is read
of one notebook is read in one statement, as of one moment: a result cannot slip from the document into a revision, or
back, between two looks. What comes out as not needed can be needed again only by who still has it on the screen (an
undo of "clear outputs"), which is what the grace is for, and by a restore, which locks its revision.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from notebooks.collaboration import ydoc
from notebooks.collaboration.models import Document, DocumentUpdate
from notebooks.history.models import Revision
from runtimes.execution import clearing
from runtimes.execution.audiences import is_alone


def shown_in_notebook(notebook_id: UUID) -> set[UUID]:
    """The runs that its document shows, and its revisions."""
    rows = DocumentUpdate.objects.filter(
        document=OuterRef("pk"), epoch=OuterRef("epoch"), sequence__gt=OuterRef("snapshot_sequence")
    )
    revisions = Revision.objects.filter(notebook=OuterRef("pk"))
    found = Document.objects.filter(pk=notebook_id).annotate(
        log=ArraySubquery(rows.order_by("sequence").values("data")),
        recorded=ArraySubquery(revisions.values("executions")),
    )
    one = found.values_list("snapshot", "log", "recorded").first()
    if one is None:
        return set()
    snapshot, log, recorded = one
    document = ydoc.open_document(bytes(snapshot), *map(bytes, log))
    return {*ydoc.runs_shown(ydoc.read_document(document)), *(UUID(run) for runs in recorded for run in runs)}


def clear_results() -> None:
    """Delete the results that ended a while ago and are needed nowhere, and the files that were part of them."""
    grace = timedelta(seconds=settings.TOMONI_OUTPUT_GRACE_SECONDS)
    for audience in clearing.audiences_with_old_results(grace):
        clear_results_of(audience, grace)
    clearing.delete_unused_blobs(grace)


def clear_results_of(audience: str, grace: timedelta) -> int:
    """The same for one notebook, or for one that is gone."""
    old = clearing.old_results(audience, grace)
    if is_alone(audience):
        return clearing.delete_results(audience, old, grace)  # no document ever shows a scratch cell
    recorded = Revision.objects.filter(notebook=UUID(audience)).values_list("executions", flat=True)
    if not old - {UUID(run) for runs in recorded for run in runs}:
        return 0  # as it is nearly always, and the document need not be read
    return clearing.delete_results(audience, old - shown_in_notebook(UUID(audience)), grace)
