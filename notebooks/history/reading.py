"""What a history shows: its revisions with the people in them, and what differs between two."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from notebooks.collaboration import store, ydoc
from notebooks.collaboration.presence import person_of
from notebooks.documents.models import Notebook
from notebooks.history.differences import SameResults, compare_documents, compare_settings
from notebooks.history.models import Revision
from notebooks.history.restoring import NoRevision
from runtimes.execution.services import results

EMPTY = ydoc.DocumentValue({}, [])
OF_THE_RUN = ("execution_count", "transient")  # say when something was printed, and not what


def list_revisions(notebook: Notebook) -> list[dict[str, Any]]:
    """All of them, the last first."""
    rows = list(Revision.objects.light().filter(notebook=notebook).in_order().reverse())
    people = _people({author for row in rows for author in row.authors})
    return [public(row, people) for row in rows]


def public(row: Revision, people: dict[int, dict[str, Any]] | None = None) -> dict[str, Any]:
    """What pages know of a revision."""
    known = _people(row.authors) if people is None else people
    return {
        "id": row.pk,
        "at": row.at,
        "why": row.why,
        "name": row.name,
        "is_pinned": row.is_pinned,
        "authors": [known[author] for author in row.authors if author in known],
        "changes": row.changes,
    }


def find_revision(notebook: Notebook, revision_id: int) -> Revision:
    """One revision of this notebook; raises NoRevision."""
    revision = Revision.objects.filter(notebook=notebook, pk=revision_id).first()
    if revision is None:
        raise NoRevision(_("This version is not kept any more."))
    return revision


def compare(notebook: Notebook, revision: Revision, *, with_now: bool) -> dict[str, Any]:
    """What this revision brought, or with `with_now` what has been done since."""
    before, after = (revision.value(), _now(notebook)) if with_now else (_before(revision), revision.value())
    cells = compare_documents(before, after, _comparing_results(notebook, before, after))
    return {"cells": [asdict(cell) for cell in cells], "settings": _changed(before, after)}


def _changed(before: ydoc.DocumentValue, after: ydoc.DocumentValue) -> list[dict[str, Any]]:
    return [asdict(line) for line in compare_settings(before.metadata, after.metadata)]


def _now(notebook: Notebook) -> ydoc.DocumentValue:
    return ydoc.read_document(ydoc.open_document(store.load(notebook.pk).update))


def _before(revision: Revision) -> ydoc.DocumentValue:
    earlier = Revision.objects.filter(notebook=revision.notebook_id, epoch=revision.epoch)
    previous = earlier.filter(sequence__lt=revision.sequence).in_order().last()
    return previous.value() if previous else EMPTY


def _comparing_results(notebook: Notebook, before: ydoc.DocumentValue, after: ydoc.DocumentValue) -> SameResults:
    """Whether two runs printed the same, read at once for all cells that were run again in between."""
    runs = {cell.id: cell.execution for cell in before.cells}
    again = {run for cell in after.cells if cell.id in runs for run in {cell.execution, runs[cell.id]} if run}
    same = {cell.execution for cell in after.cells if runs.get(cell.id) == cell.execution}
    wanted = [identity for run in again - same if (identity := ydoc.run_id(run))]
    printed = {run: _printed(result) for run, result in results(str(notebook.pk), wanted).items()}
    return lambda one, other: one == other or printed.get(one or "", []) == printed.get(other or "", [])


def _printed(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [{key: part for key, part in output.items() if key not in OF_THE_RUN} for output in result["outputs"]]


def _people(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = User.objects.filter(pk__in=set(ids))
    return {user.pk: dict(person_of(user.pk, user.display_name)) for user in found}
