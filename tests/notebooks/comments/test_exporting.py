"""Comments are in a notebook file only if somebody asks for them, and never come in with one."""

import json
import uuid

import pytest
from django.test import Client

from notebooks.comments.services import Place, begin_thread
from notebooks.documents.services import create_notebook, import_notebook, import_notices, read_committed

pytestmark = pytest.mark.django_db


@pytest.fixture
def commented(ada):
    """A notebook with a comment on its one cell, and one on a cell that is not there any more."""
    notebook = create_notebook(ada)
    [cell] = read_committed(notebook).cells
    for where, text in ((cell.id, "On the cell"), ("gone", "On another")):
        begin_thread(notebook, ada, Place(where, quote="q"), f"{text}, @ada@example.org", uuid.uuid4(), uuid.uuid4())
    return notebook


@pytest.fixture
def download(client: Client, ada, commented):
    client.force_login(ada)
    return lambda query="", path="/notebooks/{}.ipynb": client.get(path.format(commented.pk) + query).content


@pytest.mark.parametrize("path", ["/notebooks/{}.ipynb", "/api/notebooks/{}/ipynb"])
def test_they_are_exported_when_asked_for_and_only_then(download, path) -> None:
    for query in ("", "?comments=0", "?comments="):
        assert b"On the cell" not in download(query, path) and b"tomoni" not in download(query, path)

    file = json.loads(download("?comments=1", path))
    [[thread], [other]] = [holder["metadata"]["tomoni"]["comments"] for holder in (file["cells"][0], file)]
    assert (thread["quote"], thread["resolved"]) == ("q", None)
    assert [(said["author"], said["text"]) for said in thread["comments"]] == [("Ada", "On the cell, @Ada")]
    assert [said["text"] for said in other["comments"]] == ["On another, @Ada"]
    assert b"example.org" not in download("?comments=1", path)


def test_a_file_brings_no_comments_in_and_says_so(download, ada) -> None:
    again = import_notebook(ada, "again.ipynb", download("?comments=1"))

    document = read_committed(again)
    assert "tomoni" not in document.metadata and "tomoni" not in document.cells[0].metadata
    assert any(notice.startswith("Comments that the file carries were left out") for notice in import_notices(again))
    assert not again.threads.exists()


def test_what_else_is_ours_in_the_metadata_stays(ada) -> None:
    metadata = {"tomoni": {"comments": [], "other": 1}, "colab": {}}
    raw = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": []}).encode()

    assert read_committed(import_notebook(ada, "x.ipynb", raw)).metadata == {"tomoni": {"other": 1}, "colab": {}}
