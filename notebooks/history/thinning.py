"""Lets go of revisions as they get old."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from notebooks.collaboration.ydoc import DocumentValue
from notebooks.documents.models import Notebook
from notebooks.history.clock import database_now
from notebooks.history.models import Revision
from notebooks.history.retention import DAY, Dated, superfluous
from notebooks.history.states import count_changes

NOTHING = DocumentValue({}, [])


def thin_all() -> None:
    """Let go of revisions that have become too old to be so close to each other, in every notebook."""
    day_old = Revision.objects.filter(at__lt=Now() - DAY)
    for notebook_id in day_old.order_by().values_list("notebook", flat=True).distinct():
        thin(notebook_id)


@transaction.atomic
def thin(notebook_id: UUID) -> int:
    """Delete what is superfluous; who wrote it, and what they changed, is told by the revision that follows."""
    if not Notebook.objects.select_for_update().filter(pk=notebook_id).exists():
        return 0
    kept = Revision.objects.filter(notebook=notebook_id).in_order()
    rows = list(kept.light())
    gone = set(superfluous([Dated(row.pk, row.at, row.is_pinned) for row in rows], database_now()))
    authors: list[int] = []
    heirs: list[Revision] = []
    for row in rows:
        if row.pk in gone:
            authors += row.authors
        elif authors:
            row.authors = list(dict.fromkeys([*authors, *row.authors]))
            heirs.append(row)
            authors = []
    Revision.objects.filter(pk__in=gone).delete()
    for heir in heirs:
        before = kept.filter(epoch=heir.epoch, sequence__lt=heir.sequence).last()
        heir.changes = count_changes(before.value() if before else NOTHING, heir.value())
        heir.save(update_fields=["authors", "changes"])
    return len(gone)
