"""Writes revisions down: of the work that was finished, and of this moment when somebody asks. Each once."""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from notebooks.collaboration import store, ydoc
from notebooks.collaboration.models import Document, DocumentUpdate, Writer
from notebooks.documents.models import Notebook
from notebooks.history.clock import database_now
from notebooks.history.grouping import Entry, Pauses, Stretch, stretches
from notebooks.history.models import Revision
from notebooks.history.states import count_changes, pack_state
from notebooks.sharing.services import announce

logger = logging.getLogger(__name__)

NOTHING = ydoc.DocumentValue({}, [])


def record_finished_work() -> None:
    """Make the revisions that are due, in every notebook that was written in since its last one."""
    for notebook_id in _unrecorded():
        try:
            record_work(notebook_id)
        except (store.NoDocument, store.Folded) as problem:
            logger.info("No revision of %s this time: %s.", notebook_id, problem)


def record_work(notebook_id: UUID) -> list[Revision]:
    """Make a revision of each finished stretch of work; what is still under way waits."""
    document = _document(notebook_id)
    last = latest(notebook_id, document.epoch)
    entries = entries_since(document, last.sequence if last else -1)
    finished = stretches(entries, database_now(), _pauses(), document.snapshot_sequence)
    if last is not None and not finished:
        return []
    made = _replay(notebook_id, store.read_log(notebook_id), finished, is_first=last is None)
    _tell(notebook_id)
    return made


def record_beginning(notebook: Notebook, document: ydoc.DocumentValue, why: Revision.Why) -> None:
    """The first revision, in the transaction that creates the notebook: what it was before anybody wrote in it."""
    _write(notebook.pk, 1, Stretch(0, (notebook.owner_id,), notebook.created_at), document, why)


def record_stored(notebook_id: UUID, stored: store.Stored, why: Revision.Why) -> Revision:
    """A revision of this committed state; where there is one already, that."""
    last = latest(notebook_id, stored.epoch, stored.sequence)
    entries = entries_since(_document(notebook_id), last.sequence if last else -1)
    written = [entry for entry in entries if entry.sequence <= stored.sequence]
    authors = tuple(dict.fromkeys(entry.author for entry in written if entry.author is not None))
    at = written[-1].at if written else database_now()
    value = ydoc.read_document(ydoc.open_document(stored.update))
    revision = _write(notebook_id, stored.epoch, Stretch(stored.sequence, authors, at), value, why)
    _tell(notebook_id)
    return revision


def pin(notebook: Notebook, name: str) -> Revision:
    """Keep what is committed now for ever, under a name if one is given; raises NoDocument."""
    revision = record_stored(notebook.pk, store.load(notebook.pk), Revision.Why.WORK)
    rename_revision(revision, name or revision.name, is_pinned=True)
    return revision


@transaction.atomic
def rename_revision(revision: Revision, name: str, *, is_pinned: bool) -> None:
    """Call a revision something or, with "", nothing any more; whether it is kept for ever."""
    revision.name, revision.is_pinned = name, is_pinned
    revision.save(update_fields=["name", "is_pinned"])
    _tell(revision.notebook_id)


def entries_since(document: Document, sequence: int) -> list[Entry]:
    """Who wrote what after `sequence`, in order. Rows first: what folding takes away meanwhile is among the writers."""
    rows = DocumentUpdate.objects.filter(document=document, epoch=document.epoch, sequence__gt=sequence)
    entries = [Entry(*row) for row in rows.values_list("sequence", "author", "at")]
    writers = Writer.objects.filter(document=document, epoch=document.epoch, sequence__gt=sequence)
    folded = [Entry(*row) for row in writers.values_list("sequence", "author", "at")]
    found = sorted({entry.sequence: entry for entry in [*folded, *entries]}.values(), key=lambda entry: entry.sequence)
    if not found or found[-1].sequence < document.sequence:  # the last of it was written by nobody we know any more
        found.append(Entry(document.sequence, None, found[-1].at if found else document.notebook.changed_at))
    return found


def latest(notebook_id: UUID, epoch: int, sequence: int | None = None) -> Revision | None:
    """The last revision, or the last up to `sequence`."""
    revisions = Revision.objects.light().filter(notebook=notebook_id, epoch=epoch)
    if sequence is not None:
        revisions = revisions.filter(sequence__lte=sequence)
    return revisions.in_order().last()


def _unrecorded() -> QuerySet[Document, UUID]:
    """Notebooks whose documents have gone on since their last revision, or have none."""
    last = Revision.objects.filter(notebook=OuterRef("pk"), epoch=OuterRef("epoch")).order_by("-sequence")
    documents = Document.objects.annotate(recorded=Coalesce(Subquery(last.values("sequence")[:1]), -1))
    return documents.filter(sequence__gt=F("recorded")).order_by().values_list("pk", flat=True)


def _replay(notebook_id: UUID, log: store.Log, finished: Sequence[Stretch], *, is_first: bool) -> list[Revision]:
    """Replay the log, and write down what the document says at the end of each stretch."""
    doc = ydoc.open_document(log.snapshot)
    made = []
    if is_first:
        began = Stretch(log.snapshot_sequence, (), database_now())
        made.append(_write(notebook_id, log.epoch, began, ydoc.read_document(doc), Revision.Why.CREATED))
    updates = iter(log.updates)
    reached = log.snapshot_sequence
    for stretch in _since_snapshot(finished, log):
        while reached < stretch.sequence:
            update = next(updates)
            doc.apply_update(update.data)
            reached = update.sequence
        made.append(_write(notebook_id, log.epoch, stretch, ydoc.read_document(doc), Revision.Why.WORK))
    return made


def _since_snapshot(finished: Iterable[Stretch], log: store.Log) -> Iterable[Stretch]:
    """What was folded since we looked cannot be told apart any more, and counts with what follows."""
    authors: tuple[int, ...] = ()
    for stretch in finished:
        authors = tuple(dict.fromkeys(authors + stretch.authors))
        if stretch.sequence >= log.snapshot_sequence:
            yield Stretch(stretch.sequence, authors, stretch.at)
            authors = ()


def _write(notebook_id: UUID, epoch: int, stretch: Stretch, value: ydoc.DocumentValue, why: Revision.Why) -> Revision:
    """The revision of this moment; when another has made it already, theirs."""
    if ydoc.omits(value.metadata):
        value = ydoc.without_results(value)
    before = latest(notebook_id, epoch, stretch.sequence - 1)
    revision, _ = Revision.objects.get_or_create(
        notebook_id=notebook_id,
        epoch=epoch,
        sequence=stretch.sequence,
        defaults={
            "at": stretch.at,
            "why": why,
            "authors": list(stretch.authors),
            "changes": count_changes(before.value() if before else NOTHING, value),
            "executions": [str(run) for run in ydoc.runs_shown(value)],
            "state": pack_state(value),
        },
    )
    return revision


def _pauses() -> Pauses:
    pause = timedelta(seconds=settings.TOMONI_REVISION_PAUSE_SECONDS)
    return Pauses(pause, timedelta(seconds=settings.TOMONI_REVISION_LONGEST_SECONDS))


def _document(notebook_id: UUID) -> Document:
    document = Document.objects.defer("snapshot").filter(pk=notebook_id).first()
    if document is None:
        raise store.NoDocument(f"the notebook {notebook_id} has no document")
    return document


def _tell(notebook_id: UUID) -> None:
    announce(Notebook(pk=notebook_id), {"type": "notebook.changed", "what": "revisions"})
