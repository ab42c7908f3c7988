"""Histories over the API: for editors, in the words that the page shows."""

import json
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from notebooks.history.models import Revision
from notebooks.history.recording import pin, record_finished_work
from tests.notebooks.history.test_clearing import result

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client, notebook, ada):
    client.force_login(ada)

    def call(method, path, body=None, expected=200):
        address = f"/api/notebooks/{notebook.pk}/revisions{path}"
        response = client.generic(method, address, json.dumps(body or {}), content_type="application/json")
        assert response.status_code == expected, response.content
        return response.json()

    return call


def test_the_list_says_when_who_and_what(call, writing, ada, bob) -> None:
    writing.type(ada, "a", ago=900)
    writing.add(bob, "new", "2", ago=500)
    record_finished_work()

    last, middle, first = call("GET", "")

    assert [one["name"] for one in last["authors"]] == ["Bob"]
    assert (last["why"], last["changes"]) == ("work", {"added": 1})
    assert (middle["changes"], first["why"]) == ({"changed": 1}, "created")
    assert last["authors"][0]["color"].startswith("#")


def test_pinning_naming_and_taking_the_name_away(call, writing, ada) -> None:
    writing.type(ada, "a")
    pinned = call("POST", "", expected=201)
    assert (pinned["name"], pinned["is_pinned"]) == ("", True)

    named = call("PATCH", f"/{pinned['id']}", {"name": "  Before\nthe talk "})
    assert (named["name"], named["is_pinned"]) == ("Before the talk", True)
    assert call("PATCH", f"/{pinned['id']}", {"name": ""})["is_pinned"] is False


def test_a_revision_is_compared_with_the_one_before_and_with_now(call, writing, ada) -> None:
    writing.type(ada, "some words")
    first = pin(writing.notebook, "")
    writing.type(ada, " two")
    second = pin(writing.notebook, "")
    writing.type(ada, " three")

    [brought] = call("GET", f"/{second.pk}/difference")["cells"]
    [since] = call("GET", f"/{first.pk}/difference?against=now")["cells"]

    assert [part for line in brought["lines"] for part in line["parts"]][-1] == {"text": " two", "is_new": True}
    assert "".join(part["text"] for part in since["lines"][-1]["parts"]) == "some words two three"


def test_a_cell_that_was_run_again_has_other_results_only_if_it_printed_something_else(call, writing, ada) -> None:
    runs = [result(writing.notebook, text) for text in ("1", "1", "2")]
    writing.add(ada, "one", execution=runs[0])
    pin(writing.notebook, "")
    differ = []
    for run in runs[1:]:
        writing.show(ada, "one", run)
        revision = pin(writing.notebook, "")
        differ.append(call("GET", f"/{revision.pk}/difference")["cells"][1]["has_other_results"])
    assert differ == [False, True]


def test_restoring_and_undoing_it(call, writing, ada) -> None:
    writing.type(ada, "one")
    old = pin(writing.notebook, "")
    writing.type(ada, " two")

    restored = call("POST", f"/{old.pk}/restorations", {"cells": None})
    assert writing.text == "one"
    call("POST", f"/{restored['before']['id']}/restorations")
    assert writing.text == "one two"


def test_a_revision_can_be_downloaded_with_its_results(client, call, writing, ada) -> None:
    writing.add(ada, "one", "1 + 1", execution=result(writing.notebook, "two"))
    old = pin(writing.notebook, "")
    writing.remove(ada, "one")

    response = client.get(f"/api/notebooks/{writing.notebook.pk}/revisions/{old.pk}/ipynb")

    cell = json.loads(response.content)["cells"][1]
    assert ("".join(cell["source"]), cell["outputs"][0]["data"]["text/plain"]) == ("1 + 1", ["two"])


def test_what_is_not_kept_is_not_found(call, writing, ada, bob) -> None:
    from notebooks.documents.services import create_notebook

    foreign = pin(create_notebook(bob), "secret")
    for revision in (foreign.pk, 10**9):
        for method, path in (("GET", "/difference"), ("POST", "/restorations"), ("PATCH", "")):
            assert call(method, f"/{revision}{path}", {"name": "x"}, 404)["code"] == "not-found"


def test_an_old_revision_is_dated_by_what_was_written_and_not_by_when_it_was_made(call, writing, ada) -> None:
    writing.type(ada, "a", ago=7200)
    record_finished_work()
    old = Now() - timedelta(minutes=110)
    assert Revision.objects.filter(pk=call("GET", "")[0]["id"], at__lt=old).exists()
