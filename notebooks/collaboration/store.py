"""The log of a document in PostgreSQL: seed, load, append, read on, fold. The truth about what people wrote.

A document's row is the lock: whoever appends takes it `FOR UPDATE`, so that updates get consecutive numbers in the
order in which they commit, and nobody who reads number 7 can still see 6 appear. The unique constraint on (document,
epoch, sequence) makes a broken lock an error instead of a lost edit.

The epoch names a Yjs history. Two histories of one notebook, merged, double or empty it, which is how other systems
lose notebooks; therefore seeding inserts the row (a second seeding fails on the primary key), and a writer who knows
another epoch is refused. Folding replays the log into a document and stores what that document says of itself, ids and
all: the same history in fewer bytes. Merging update logs without a document was measured and takes minutes.

Folding keeps writers waiting for no longer than one statement. The new snapshot is written by compare-and-set on the
old one's number; writers append above it. Only when that is committed are the rows deleted that it covers. A crash
between the two leaves rows which nobody reads and the next fold deletes. A reader who took the snapshot's number before
and the rows after sees that rows are missing, and reads again. Who wrote in them, and when last, stays (`Writer`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Max
from psycopg.errors import DiskFull

from notebooks.collaboration import ydoc
from notebooks.collaboration.messages import Update
from notebooks.collaboration.models import Document, DocumentUpdate, Writer
from notebooks.documents.models import Notebook

FOLD_ROWS = 500
FOLD_BYTES = 2**20
READ_ATTEMPTS = 5
TOUCH_EVERY = timedelta(seconds=5)

DOCUMENTS, UPDATES, NOTEBOOKS = (model._meta.db_table for model in (Document, DocumentUpdate, Notebook))
# One statement, and so one way to the database and back. The document's row is locked by the update that counts, and
# rows and number appear together.
_APPEND = f"""
    WITH document AS (
        UPDATE "{DOCUMENTS}" SET sequence = sequence + %(count)s
        WHERE notebook_id = %(notebook)s AND epoch = %(epoch)s RETURNING sequence
    ), touched AS (
        UPDATE "{NOTEBOOKS}" SET changed_at = statement_timestamp()
        WHERE id = %(notebook)s AND changed_at < statement_timestamp() - interval '{TOUCH_EVERY.seconds} seconds'
        AND EXISTS (SELECT FROM document)
    ), logged AS (
        INSERT INTO "{UPDATES}" (document_id, epoch, sequence, data, author_id)
        SELECT %(notebook)s, %(epoch)s, document.sequence - %(count)s + new.place, new.data, new.author
        FROM document, {{rows}} AS new (data, author, place)
    )
    SELECT sequence FROM document
"""  # noqa: S608 - names of ours
APPEND_MANY = _APPEND.format(rows="unnest(%(data)s::bytea[], %(author)s::bigint[]) WITH ORDINALITY")
# Lists are slow to hand over, and a key press is one update.
APPEND_ONE = _APPEND.format(rows="(VALUES (%(data)s::bytea, %(author)s::bigint, 1))")


class AlreadySeeded(Exception):
    """The notebook has a document: a second history would double it."""


class NoDocument(Exception):
    """The notebook has no document, or is gone."""


class WrongEpoch(Exception):
    """The document was replaced by one with another history."""


class NoSpace(Exception):
    """The disk of the database is full: nothing was written, and reading goes on."""


class Folded(Exception):
    """The updates asked for are in the snapshot by now: load it instead."""


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """One row of the log."""

    sequence: int
    data: bytes
    author: int | None


@dataclass(frozen=True, slots=True)
class Log:
    """A snapshot and every update after it, without a gap."""

    epoch: int
    sequence: int
    snapshot: bytes
    snapshot_sequence: int
    updates: Sequence[StoredUpdate]

    @property
    def is_long(self) -> bool:
        """True when folding is worth it."""
        return len(self.updates) > FOLD_ROWS or sum(len(update.data) for update in self.updates) > FOLD_BYTES

    def replay(self) -> bytes:
        """The whole document as one update."""
        if not self.updates:
            return self.snapshot
        return ydoc.open_document(self.snapshot, *(update.data for update in self.updates)).get_update()


@dataclass(frozen=True, slots=True)
class Stored:
    """A committed state of a document as one update."""

    epoch: int
    sequence: int
    update: bytes


def seed(notebook: Notebook, update: bytes, *, epoch: int = 1) -> Document:
    """Give `notebook` its document, in the transaction that creates the notebook; raises AlreadySeeded.

    The copy of a document goes on with its history, and so with its epoch: what was written for one fits the other.
    """
    try:
        with transaction.atomic():
            return Document.objects.create(notebook=notebook, epoch=epoch, snapshot=update)
    except IntegrityError as problem:
        if Document.objects.filter(notebook=notebook).exists():
            raise AlreadySeeded(f"the notebook {notebook.pk} has a document") from problem
        raise


def load(notebook_id: UUID) -> Stored:
    """The committed state; raises NoDocument."""
    log = read_log(notebook_id)
    return Stored(log.epoch, log.sequence, log.replay())


def read_log(notebook_id: UUID) -> Log:
    """The snapshot and the rows after it, as of one moment; raises NoDocument."""
    for _ in range(READ_ATTEMPTS):
        document = Document.objects.filter(pk=notebook_id).first()
        if document is None:
            raise NoDocument(f"the notebook {notebook_id} has no document")
        updates = _rows(document, document.snapshot_sequence)
        if len(updates) == document.sequence - document.snapshot_sequence:
            snapshot = bytes(document.snapshot)
            return Log(document.epoch, document.sequence, snapshot, document.snapshot_sequence, updates)
    raise Folded(f"the log of {notebook_id} was folded under {READ_ATTEMPTS} readings")


def position(notebook_id: UUID) -> tuple[int, int]:
    """The epoch and the number of the last update; raises NoDocument."""
    found = Document.objects.filter(pk=notebook_id).values_list("epoch", "sequence").first()
    if found is None:
        raise NoDocument(f"the notebook {notebook_id} has no document")
    return found


def lock(notebook_id: UUID) -> None:
    """Let nobody append until this transaction ends; raises NoDocument."""
    if not Document.objects.select_for_update(of=("self",)).filter(pk=notebook_id).values_list("pk").first():
        raise NoDocument(f"the notebook {notebook_id} has no document")


def append(notebook_id: UUID, epoch: int, updates: Sequence[Update]) -> int:
    """Commit `updates`; the number of the first. Raises NoDocument, WrongEpoch and NoSpace."""
    with full_disk_told(), connection.cursor() as cursor:
        cursor.execute(*append_statement(notebook_id, epoch, updates))
        row = cursor.fetchone()
    if row:
        return first_of(row, updates)
    present, _ = position(notebook_id)
    raise WrongEpoch(f"the document is at epoch {present}, not {epoch}")


def append_statement(notebook_id: UUID, epoch: int, updates: Sequence[Update]) -> tuple[str, dict[str, Any]]:
    """What commits `updates`: the statement, whose answer `first_of` reads, and its values."""
    values = {"notebook": notebook_id, "epoch": epoch, "count": len(updates)}
    if len(updates) == 1:
        ((data, author),) = updates
        return APPEND_ONE, {**values, "data": data, "author": author}
    return APPEND_MANY, {**values, "data": [data for data, _ in updates], "author": [author for _, author in updates]}


def first_of(row: Sequence[Any], updates: Sequence[Update]) -> int:
    """The number of the first of `updates`, from what their statement answered."""
    return int(row[0]) - len(updates) + 1


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Tell a database without space from one that is away."""
    try:
        yield
    except OperationalError as problem:
        if isinstance(problem.__cause__, DiskFull):
            raise NoSpace(f"the disk is full: {problem}") from problem
        raise


def catch_up(notebook_id: UUID, other: Stored) -> None:
    """Bring what another document with the same history has, and this one lacks; raises NoDocument and WrongEpoch."""
    mine = load(notebook_id)
    if mine.epoch != other.epoch:
        raise WrongEpoch(f"the document is at epoch {mine.epoch}, not {other.epoch}")
    if lacking := ydoc.lacking(mine.update, other.update):
        append(notebook_id, other.epoch, [(lacking, None)])


def since(notebook_id: UUID, epoch: int, sequence: int) -> list[StoredUpdate]:
    """The updates after number `sequence`; raises NoDocument, WrongEpoch, and Folded when some are rows no more."""
    document = Document.objects.defer("snapshot").filter(pk=notebook_id).first()
    if document is None:
        raise NoDocument(f"the notebook {notebook_id} has no document")
    if document.epoch != epoch:
        raise WrongEpoch(f"the document is at epoch {document.epoch}, not {epoch}")
    updates = _rows(document, sequence)
    if len(updates) != max(document.sequence - sequence, 0):
        raise Folded(f"updates after {sequence} are in the snapshot {document.snapshot_sequence}")
    return updates


def fold(notebook_id: UUID) -> bool:
    """Move a long log into the snapshot; True if that was done. Raises NoDocument."""
    log = read_log(notebook_id)
    if not log.is_long:
        return False
    same = Document.objects.filter(pk=notebook_id, epoch=log.epoch, snapshot_sequence=log.snapshot_sequence)
    if not same.update(snapshot=log.replay(), snapshot_sequence=log.sequence):
        return False  # somebody else folded meanwhile
    _drop_rows(notebook_id, log)
    return True


@transaction.atomic
def _drop_rows(notebook_id: UUID, log: Log) -> None:
    rows = DocumentUpdate.objects.filter(document=notebook_id, epoch=log.epoch, sequence__lte=log.sequence)
    writers = rows.exclude(author=None).values("author").annotate(last=Max("sequence"), latest=Max("at")).order_by()
    Writer.objects.bulk_create(
        [
            Writer(document_id=notebook_id, epoch=log.epoch, author_id=who, sequence=last, at=at)
            for who, last, at in writers.values_list("author", "last", "latest")
        ],
        update_conflicts=True,
        update_fields=["sequence", "at"],
        unique_fields=["document", "epoch", "author"],
    )
    rows.delete()


def _rows(document: Document, after: int) -> list[StoredUpdate]:
    rows = DocumentUpdate.objects.filter(
        document=document, epoch=document.epoch, sequence__gt=after, sequence__lte=document.sequence
    )
    found = rows.order_by("sequence").values_list("sequence", "data", "author")
    return [StoredUpdate(sequence, bytes(data), author) for sequence, data, author in found]
