"""A commenter, an API for each person, and places to comment on."""

import json
import uuid
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from notebooks.comments.models import Thread
from notebooks.comments.services import Place, begin_thread
from notebooks.sharing.models import Grant
from notebooks.sharing.services import set_shares
from tests.conftest import person

START, END = "AMXnncgPAwA=", "AMXnncgPB0E="  # as Yjs encodes them


@pytest.fixture
def cora(db):
    """May comment on Ada's notebook."""
    return person("Cora")


@pytest.fixture
def notebook(notebook, bob, vera, cora):
    """Everybody has opened it, and so may be named."""
    set_shares(notebook, {bob.email: "editor", vera.email: "viewer", cora.email: "commenter"})
    Grant.objects.update(opened_at=Now())
    return notebook


@pytest.fixture
def thread(notebook, ada) -> Thread:
    """Ada's question about a piece of a cell."""
    place = Place("cell-1", START, END, "x = 1")
    return begin_thread(notebook, ada, place, "Why 1?", uuid.uuid4(), uuid.uuid4())


class Calls:
    """The comments of one notebook over the API, as one person."""

    def __init__(self, notebook, who=None) -> None:
        self.address = f"/api/notebooks/{notebook.pk}/comments"
        self.client = Client()
        if who is not None:
            self.client.force_login(who)

    def __call__(self, method: str, path: str = "", **body: Any) -> Any:
        return self.client.generic(method, self.address + path, json.dumps(body), content_type="application/json")

    def threads(self) -> Any:
        return self.client.get(self.address).json()

    def begin(self, text: str = "Why?", cell: str = "cell-1", **more: Any) -> Any:
        return self("POST", text=text, cell=cell, **more)


@pytest.fixture
def calls(notebook):
    """`calls(bob)` → the API as Bob."""
    return lambda who=None, of=notebook: Calls(of, who)
