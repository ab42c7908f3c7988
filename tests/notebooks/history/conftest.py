"""A notebook that is written in at stated times, and what its history then holds."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pycrdt import Map

from notebooks.collaboration import store, ydoc
from notebooks.collaboration.models import DocumentUpdate
from notebooks.history.models import Revision


class Writing:
    """Edits of a notebook by people, straight into its log."""

    def __init__(self, notebook) -> None:
        self.notebook = notebook

    def edit(self, person, change, ago: float = 0) -> None:
        """Let `change` edit the cells, so many seconds ago."""
        doc = ydoc.open_document(store.load(self.notebook.pk).update)
        before = doc.get_state()
        with doc.transaction():
            change(doc.get("cells", type=Map))
        sequence = store.append(self.notebook.pk, 1, [(doc.get_update(before), person.pk)])
        rows = DocumentUpdate.objects.filter(document=self.notebook.pk, sequence=sequence)
        rows.update(at=Now() - timedelta(seconds=ago))

    def type(self, person, text: str, ago: float = 0, cell: str | None = None) -> None:
        """Append to a cell, the first if none is named."""

        def change(cells) -> None:
            source = cells[cell or self.cells[0].id]["source"]
            source += text

        self.edit(person, change, ago)

    def add(
        self, person, identity: str, source: str = "", pos: str = "a5", execution: str | None = None, **about
    ) -> None:
        new = ydoc.CellValue(identity, pos, "code", source, {}, None, execution)
        self.edit(person, lambda cells: cells.__setitem__(identity, ydoc.new_cell(new)), **about)

    def show(self, person, identity: str, execution: str | None) -> None:
        """Let a cell show a run, or none."""

        def change(cells) -> None:
            if execution is None:
                del cells[identity]["execution"]
            else:
                cells[identity]["execution"] = execution

        self.edit(person, change)

    def remove(self, person, identity: str) -> None:
        self.edit(person, lambda cells: cells.__delitem__(identity))

    @property
    def cells(self):
        return ydoc.read_document(ydoc.open_document(store.load(self.notebook.pk).update)).cells

    @property
    def text(self) -> str:
        return str(self.cells[0].source)

    @property
    def revisions(self) -> list[Revision]:
        return list(Revision.objects.filter(notebook=self.notebook).in_order())


@pytest.fixture
def writing(notebook) -> Writing:
    return Writing(notebook)
