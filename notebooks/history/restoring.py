"""Goes back to a revision, or to one cell of it, by an edit like any other.

Everybody's page merges that edit with what they are typing. Nothing is replaced, no history begins anew, and so nothing
can come twice. What was there before is a revision too: going back to it undoes the restore.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notebooks.collaboration import store, ydoc
from notebooks.collaboration.messages import Committed, hint_of
from notebooks.collaboration.rewriting import rewrite
from notebooks.documents.models import Notebook
from notebooks.history.models import Revision
from notebooks.history.recording import record_stored
from notebooks.sharing.services import announce

MEBIBYTE = 2**20


class NoRevision(LookupError):
    """The notebook has no such revision, or not any more."""


class CannotRestore(Exception):
    """The revision cannot be brought back; the text says why."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was before, to undo it by, and what is now; the same where nothing had to change."""

    before: Revision
    after: Revision


@transaction.atomic
def restore(notebook: Notebook, revision_id: int, by: User, cells: Collection[str] | None = None) -> Restored:
    """Make the notebook, or these cells of it, what they were; raises NoRevision and CannotRestore.

    Locking the revision keeps it, and the results that it shows, from being cleared away meanwhile; locking the
    document makes "before" exactly what was before.
    """
    revision = Revision.objects.select_for_update().filter(notebook=notebook, pk=revision_id).first()
    if revision is None:
        raise NoRevision(_("This version is not kept any more."))
    store.lock(notebook.pk)
    stored = store.load(notebook.pk)
    before = record_stored(notebook.pk, stored, Revision.Why.BEFORE_RESTORE)
    update = rewritten(stored.update, revision.value(), cells)
    if update is None:
        return Restored(before, before)
    commit(notebook, stored.epoch, update, by)
    return Restored(before, record_stored(notebook.pk, store.load(notebook.pk), Revision.Why.RESTORED))


def rewritten(document: bytes, wanted: ydoc.DocumentValue, cells: Collection[str] | None) -> bytes | None:
    """The edit that turns a document into what is wanted, or None; raises CannotRestore when that is too large."""
    doc = ydoc.open_document(document)
    update = rewrite(doc, wanted, cells)
    if update and len(doc.get_update()) > settings.TOMONI_DOCUMENT_MAX_BYTES:
        limit = settings.TOMONI_DOCUMENT_MAX_BYTES // MEBIBYTE
        sentence = _("With this version the notebook would hold more than %(limit)s MB, which is the limit.")
        raise CannotRestore(sentence % {"limit": limit})
    return update


def commit(notebook: Notebook, epoch: int, update: bytes, by: User) -> None:
    """Write an edit of the platform's own into the log, and show it to everybody who has the notebook open."""
    first = store.append(notebook.pk, epoch, [(update, by.pk)])
    announce(notebook, hint_of(Committed(epoch, first, first, [(update, by.pk)])))
