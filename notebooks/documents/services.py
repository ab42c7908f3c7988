"""Making, importing, exporting, renaming and trashing notebooks."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from notebooks.collaboration import store, ydoc
from notebooks.comments.exported import with_comments
from notebooks.comments.services import threads_to_export
from notebooks.documents import names
from notebooks.documents.cells import BadNotebook, ImportedCell, ImportedNotebook, Json
from notebooks.documents.execution_info import Ran, with_execution_info
from notebooks.documents.ipynb import read_ipynb, write_ipynb
from notebooks.documents.models import Notebook, Original
from notebooks.documents.storage import check_room
from notebooks.history.models import Revision
from notebooks.history.recording import record_beginning
from notebooks.sharing.defaults import open_new
from notebooks.sharing.services import announce
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import Reason
from runtimes.execution.models import Execution
from runtimes.execution.services import ImportedResult, executions, import_results, nbformat_outputs, store_results

PYTHON: dict[str, Any] = {
    "kernelspec": {"name": "python3", "display_name": "Python 3"},
    "language_info": {"name": "python"},
}
MEBIBYTE = 2**20
NO_THREADS: Mapping[str, Sequence[Json]] = {}


class BadName(Exception):
    """A notebook cannot be called that; the text says why."""


@transaction.atomic
def create_notebook(owner: User, name: str | None = None) -> Notebook:
    """A new notebook with one empty code cell; raises StorageFull."""
    check_room(owner)
    chosen = names.clean_name(name) if name else ""
    notebook = Notebook.objects.create(owner=owner, name=chosen or _untitled(owner))
    cell = ydoc.SeedCell(uuid4().hex[:8], "code", "", {}, None, None)
    _seed_document(notebook, ydoc.seed_update(PYTHON, [cell]), Revision.Why.CREATED)
    open_new(notebook)
    return notebook


def import_notebook(owner: User, filename: str, raw: bytes, *, is_private: bool = False) -> Notebook:
    """A notebook from an uploaded file, with its results; raises BadNotebook or StorageFull.

    The file itself is kept as well where reading it changed anything. What is private is open to nobody else, whatever
    an organization of the owner says about new notebooks.
    """
    if len(raw) > settings.TOMONI_IMPORT_MAX_BYTES:
        raise too_large()
    if not is_private:
        check_room(owner, len(raw))
    imported = read_ipynb(raw)
    results = {cell.id: _result(cell) for cell in imported.cells if cell.outputs or cell.count is not None}
    update = ydoc.seed_update(imported.metadata, [_seed(cell, results.get(cell.id)) for cell in imported.cells])
    _refuse_too_large(imported, update)
    stored = store_results(results.values())
    with transaction.atomic():
        notebook = Notebook.objects.create(owner=owner, name=names.name_of_upload(filename))
        import_results(str(notebook.pk), stored)
        _seed_document(notebook, update, Revision.Why.IMPORTED)
        if imported.notices or imported.is_upgraded:
            _keep_original(notebook, filename, imported, raw)
        if not is_private:
            open_new(notebook)
    return notebook


def export_notebook(notebook: Notebook, *, is_commented: bool = False) -> bytes:
    """The notebook as an nbformat 4.5 file: what is committed, with the results that its cells show.

    Comments are in it only where they are asked for: those on a cell in its metadata, the rest in the notebook's.
    """
    return export_document(notebook, read_committed(notebook), threads_to_export(notebook) if is_commented else {})


def export_document(
    notebook: Notebook, document: ydoc.DocumentValue, threads: Mapping[str, Sequence[Json]] = NO_THREADS
) -> bytes:
    """A state of the notebook as such a file, with these threads of comments by cell."""
    shown = ydoc.runs_shown(document)
    results = nbformat_outputs(str(notebook.pk), shown)
    ran = {str(run.pk): _ran(run) for run in executions(str(notebook.pk), shown) if run.started_at and run.ended_at}
    if ydoc.omits(document.metadata):
        ran = {}
        # A count of 0 is no result: Colab writes it into files that omit their outputs.
        results = {run: (count if count == 0 else None, []) for run, (count, _) in results.items()}
    cells = [_exported(cell, results, ran, threads.get(cell.id, ())) for cell in document.cells]
    here = {cell.id for cell in document.cells}
    rest = [thread for cell, of_it in threads.items() if cell not in here for thread in of_it]
    return write_ipynb(with_comments(document.metadata, rest), cells)


def read_committed(notebook: Notebook) -> ydoc.DocumentValue:
    """The document as PostgreSQL has it."""
    return ydoc.read_document(ydoc.open_document(store.load(notebook.pk).update))


def original_file(notebook: Notebook) -> tuple[str, bytes] | None:
    """Name and bytes of the upload that this notebook was made from, if reading it changed anything."""
    original = Original.objects.filter(notebook=notebook).first()
    return (original.filename, zlib.decompress(original.packed)) if original else None


def import_notices(notebook: Notebook) -> list[str]:
    """What reading the uploaded file changed, in sentences."""
    original = Original.objects.filter(notebook=notebook).only("notices").first()
    return original.notices if original else []


@transaction.atomic
def rename_notebook(notebook: Notebook, name: str) -> None:
    """Give the notebook another name; raises BadName."""
    chosen = names.clean_name(name)
    if not chosen:
        raise BadName(_("A notebook needs a name of at least one visible character."))
    notebook.name = chosen
    notebook.save(update_fields=["name"])
    announce(notebook, {"type": "notebook.renamed", "name": chosen})


@transaction.atomic
def trash_notebook(notebook: Notebook) -> None:
    """Put the notebook into its owner's trash and stop its machines: nobody can reach them there.

    A playground becomes an ordinary notebook on the way, so that it can be found and restored there.
    """
    Notebook.objects.filter(pk=notebook.pk).update(trashed_at=Now(), is_playground=False)
    for runtime in Runtime.objects.live().filter(audience=str(notebook.pk)):
        reset_runtime(runtime, Reason.USER, "The notebook was moved to the trash.")
    announce(notebook, {"type": "notebook.access"})


def restore_notebook(notebook: Notebook) -> None:
    """Take the notebook out of the trash, unless its time there was over just now."""
    Notebook.objects.filter(pk=notebook.pk).update(trashed_at=None)


def too_large() -> BadNotebook:
    """What is said of a file beyond the limit."""
    limit = settings.TOMONI_IMPORT_MAX_BYTES // MEBIBYTE
    return BadNotebook("The file is larger than %(limit)s MB, which is the limit here.", limit=limit)


def _refuse_too_large(imported: ImportedNotebook, update: bytes) -> None:
    limit = settings.TOMONI_DOCUMENT_MAX_BYTES
    if len(update) > limit:
        raise BadNotebook(
            "The cells hold %(size)s of text and attachments; %(limit)s is the limit.",
            size=_megabytes(len(update)),
            limit=_megabytes(limit),
        )
    limit = settings.TOMONI_CELL_MAX_BYTES
    for number, cell in enumerate(imported.cells, start=1):
        size = len(cell.source.encode(errors="surrogatepass"))
        if size > limit:
            raise BadNotebook(
                "Cell %(number)s holds %(size)s of text; %(limit)s is the limit.",
                number=number,
                size=_megabytes(size),
                limit=_megabytes(limit),
            )


def _megabytes(size: int) -> str:
    return f"{size / MEBIBYTE:.3g} MB"


def _untitled(owner: User) -> str:
    mine = Notebook.objects.kept().filter(owner=owner, name__startswith="Untitled")
    return names.next_untitled(mine.values_list("name", flat=True))


def _result(cell: ImportedCell) -> ImportedResult:
    return ImportedResult(uuid4(), cell.count, cell.outputs)


def _seed(cell: ImportedCell, result: ImportedResult | None) -> ydoc.SeedCell:
    execution = str(result.execution) if result else None
    return ydoc.SeedCell(cell.id, cell.cell_type, cell.source, cell.metadata, cell.attachments, execution)


def _seed_document(notebook: Notebook, update: bytes, why: Revision.Why) -> None:
    store.seed(notebook, update)
    record_beginning(notebook, ydoc.read_document(ydoc.open_document(update)), why)


def _keep_original(notebook: Notebook, filename: str, imported: ImportedNotebook, raw: bytes) -> None:
    name = names.name_of_upload(filename)
    packed = zlib.compress(raw)
    Original.objects.create(
        notebook=notebook, filename=name, notices=[notice.say(_) for notice in imported.notices], packed=packed
    )


def _ran(run: Execution) -> Ran:
    assert run.started_at
    assert run.ended_at
    name, identity = (run.by.display_name, str(run.by.pk)) if run.by else ("", "")
    return Ran(run.state, run.started_at, run.ended_at, name, identity)


def _exported(
    cell: ydoc.CellValue,
    results: Mapping[str, tuple[int | None, list[Json]]],
    ran: Mapping[str, Ran],
    threads: Sequence[Json],
) -> ImportedCell:
    count, outputs = results.get(cell.execution or "", (None, []))
    metadata = with_execution_info(with_comments(cell.metadata, threads), ran.get(cell.execution or ""))
    return ImportedCell(cell.id, cell.cell_type, cell.source, metadata, cell.attachments, outputs, count)
