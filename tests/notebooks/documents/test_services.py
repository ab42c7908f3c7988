"""Notebooks are made, imported, exported, renamed and trashed."""

import json

import nbformat
import pytest

from notebooks.documents import services
from notebooks.documents.cells import BadNotebook
from notebooks.documents.models import Notebook
from tests.notebooks.documents.files import (
    VALID,
    code,
    comparable,
    file_of,
    named,
    needs_real_notebooks,
    stream,
)

pytestmark = pytest.mark.django_db


def test_a_new_notebook_has_one_empty_code_cell(ada) -> None:
    exported = json.loads(services.export_notebook(services.create_notebook(ada)))

    nbformat.validate(exported)
    [cell] = exported["cells"]
    assert (cell["cell_type"], cell["source"], cell["outputs"]) == ("code", [], [])
    assert exported["metadata"]["kernelspec"]["name"] == "python3"


def test_new_notebooks_are_numbered_as_in_colab(ada, bob) -> None:
    made = [services.create_notebook(ada).name for _ in range(3)]
    services.create_notebook(ada, "Untitled7.ipynb")

    assert made == ["Untitled0.ipynb", "Untitled1.ipynb", "Untitled2.ipynb"]
    assert services.create_notebook(ada).name == "Untitled8.ipynb"
    assert services.create_notebook(bob).name == "Untitled0.ipynb"


@needs_real_notebooks
@pytest.mark.parametrize("path", named([path for path in VALID if path.stem != "test4plus"]))
def test_p46_a_real_file_survives_import_and_export(ada, path) -> None:
    raw = path.read_bytes()

    notebook = services.import_notebook(ada, path.name, raw)
    exported = services.export_notebook(notebook)

    nbformat.validate(json.loads(exported))
    if json.loads(raw)["nbformat"] == 4:
        assert comparable(exported) == comparable(raw)
    assert notebook.name == path.name


def test_p41_the_upload_is_kept_where_reading_changed_it(ada) -> None:
    old = b'{"nbformat": 3, "metadata": {}, "worksheets": [{"cells": []}]}'

    notebook = services.import_notebook(ada, "old.ipynb", old)

    assert services.original_file(notebook) == ("old.ipynb", old)
    assert "format 3" in services.import_notices(notebook)[0]


def test_p41_a_file_that_was_read_as_it_is_is_not_kept_twice(ada) -> None:
    notebook = services.import_notebook(ada, "new.ipynb", file_of(code("1")))

    assert services.original_file(notebook) is None
    assert services.import_notices(notebook) == []


def test_p37_text_that_postgresql_and_yjs_find_hard_is_kept(ada) -> None:
    source = "print('\0 😀 日本 \u2028')"
    raw = file_of(code(source, stream("\0 \ud83d 😀\r1\b2"), metadata={"x": 2**53, "y": 1.5, "z": "\0"}))

    exported = services.export_notebook(services.import_notebook(ada, "hard.ipynb", raw))

    assert comparable(exported) == comparable(raw)


def test_what_does_not_fit_is_refused_and_leaves_nothing(ada, settings) -> None:
    settings.TOMONI_DOCUMENT_MAX_BYTES = 1000
    with pytest.raises(BadNotebook, match="is the limit"):
        services.import_notebook(ada, "long.ipynb", file_of(code("x" * 2000)))
    settings.TOMONI_DOCUMENT_MAX_BYTES, settings.TOMONI_CELL_MAX_BYTES = 10_000, 1500
    with pytest.raises(BadNotebook, match="Cell 2 holds"):
        services.import_notebook(ada, "long.ipynb", file_of(code("x"), code("x" * 2000)))
    settings.TOMONI_IMPORT_MAX_BYTES = 1000
    with pytest.raises(BadNotebook, match="larger than"):
        services.import_notebook(ada, "long.ipynb", file_of(code("x" * 2000)))

    assert not Notebook.objects.exists()


def test_a_name_has_to_have_something_to_see(ada) -> None:
    notebook = services.create_notebook(ada)
    with pytest.raises(services.BadName):
        services.rename_notebook(notebook, " \n\u202e ")
    services.rename_notebook(notebook, " 日本語\0の\nノート ")

    assert Notebook.objects.get().name == "日本語 の ノート"


def test_what_was_trashed_can_be_restored(ada) -> None:
    notebook = services.create_notebook(ada)
    services.trash_notebook(notebook)
    assert not Notebook.objects.kept().exists()

    notebook.refresh_from_db()
    services.restore_notebook(notebook)
    assert Notebook.objects.kept().get() == notebook
