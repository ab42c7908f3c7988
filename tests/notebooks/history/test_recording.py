"""Revisions come to be while people work, hold what was there, and say who wrote it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from notebooks.collaboration import store
from notebooks.collaboration.models import DocumentUpdate
from notebooks.documents.services import create_notebook, import_notebook
from notebooks.history.models import Revision
from notebooks.history.recording import pin, record_finished_work
from notebooks.history.thinning import thin_all
from tests.notebooks.documents.files import code, file_of

pytestmark = pytest.mark.django_db


def test_a_notebook_begins_with_a_revision(ada) -> None:
    made = create_notebook(ada)
    imported = import_notebook(ada, "x.ipynb", file_of(code("1 + 1"), nbformat_minor=4))

    assert [revision.why for revision in Revision.objects.filter(notebook=made)] == ["created"]
    [first] = Revision.objects.filter(notebook=imported)
    assert (first.why, first.value().cells[0].source, first.authors) == ("imported", "1 + 1", [ada.pk])


def test_a_pause_ends_a_revision_and_later_edits_wait_for_theirs(writing, ada) -> None:
    writing.type(ada, "a", ago=400)
    writing.type(ada, "b", ago=390)
    writing.type(ada, "c", ago=10)

    record_finished_work()

    assert [revision.value().cells[0].source for revision in writing.revisions] == ["", "ab"]
    assert writing.revisions[-1].changes == {"changed": 1}


def test_another_author_after_a_short_pause_begins_a_revision(writing, ada, bob) -> None:
    writing.type(ada, "a", ago=400)
    writing.type(bob, "b", ago=350)

    record_finished_work()

    assert [revision.authors for revision in writing.revisions] == [[ada.pk], [ada.pk], [bob.pk]]
    assert [revision.value().cells[0].source for revision in writing.revisions] == ["", "a", "ab"]


def test_people_who_write_at_the_same_time_share_a_revision(writing, ada, bob) -> None:
    for step in range(6):
        writing.type((ada, bob)[step % 2], str(step), ago=400 - step)

    record_finished_work()

    assert [revision.authors for revision in writing.revisions] == [[ada.pk], [ada.pk, bob.pk]]


def test_long_work_without_a_pause_is_recorded_all_the_same(writing, ada) -> None:
    for step in range(15):
        writing.type(ada, str(step % 10), ago=900 - step * 60)

    record_finished_work()

    assert [revision.value().cells[0].source for revision in writing.revisions] == ["", "0123456789"]


def test_p23_a_task_that_comes_twice_or_late_makes_each_revision_once(writing, ada, bob) -> None:
    writing.type(ada, "a", ago=90_000)
    writing.type(bob, "b", ago=80_000)

    record_finished_work()
    record_finished_work()

    assert [revision.value().cells[0].source for revision in writing.revisions] == ["", "a", "ab"]


@pytest.mark.django_db(transaction=True)
def test_p23_four_tasks_at_once_make_each_revision_once(writing, ada, bob) -> None:
    for step in range(10):
        writing.type((ada, bob)[step % 2], str(step), ago=9000 - step * 600)

    together(record_finished_work)
    made = [revision.value().cells[0].source for revision in writing.revisions]
    assert made == ["0123456789"[:length] for length in range(11)]

    Revision.objects.update(at=datetime(2020, 1, 1, tzinfo=UTC))
    together(thin_all)
    _, last = writing.revisions
    assert (last.changes, set(last.authors)) == ({"changed": 1}, {ada.pk, bob.pk})


def together(work) -> None:
    def in_thread() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(in_thread) for _ in range(4)]:
            done.result(20)


def test_folding_forgets_nobody(writing, ada, bob, monkeypatch) -> None:
    monkeypatch.setattr(store, "FOLD_ROWS", 0)
    writing.type(ada, "a", ago=400)
    writing.type(bob, "b", ago=390)
    assert store.fold(writing.notebook.pk)
    writing.type(ada, "c", ago=380)
    assert store.fold(writing.notebook.pk)
    assert not DocumentUpdate.objects.filter(document=writing.notebook.pk).exists()

    record_finished_work()

    last = writing.revisions[-1]
    assert (last.value().cells[0].source, set(last.authors)) == ("abc", {ada.pk, bob.pk})


def test_what_nobody_known_wrote_is_recorded_too(writing, ada, monkeypatch) -> None:
    monkeypatch.setattr(store, "FOLD_ROWS", 0)
    writing.type(ada, "a", ago=400)
    DocumentUpdate.objects.update(author=None)
    type(writing.notebook).objects.update(changed_at=Now() - timedelta(seconds=400))
    assert store.fold(writing.notebook.pk)

    record_finished_work()

    assert [revision.value().cells[0].source for revision in writing.revisions] == ["", "a"]


def test_a_pin_keeps_this_moment_under_its_name(writing, ada) -> None:
    writing.type(ada, "a", ago=1)

    revision = pin(writing.notebook, "Before the talk")
    again = pin(writing.notebook, "")

    assert revision.pk == again.pk
    assert (again.name, again.is_pinned, again.value().cells[0].source) == ("Before the talk", True, "a")


def test_a_notebook_from_before_there_were_revisions_gets_its_first(writing, ada) -> None:
    Revision.objects.all().delete()
    writing.type(ada, "a", ago=400)

    record_finished_work()

    assert [revision.value().cells[0].source for revision in writing.revisions] == ["", "a"]
