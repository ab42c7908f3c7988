"""P19: going back is an edit like any other: it merges with what others type, and can be undone."""

import threading

import pytest
from channels.db import database_sync_to_async
from django.db import connection
from pycrdt import Map

from notebooks.collaboration import store, ydoc
from notebooks.history import restoring
from notebooks.history.models import Revision
from notebooks.history.recording import pin
from notebooks.history.restoring import CannotRestore, NoRevision, restore
from tests.notebooks.collaboration.conftest import another_process, process, quick, visits  # noqa: F401
from tests.notebooks.collaboration.pages import in_thread, until
from tests.notebooks.history.waiting import until_somebody_waits

in_database = pytest.mark.django_db


@in_database
def test_a_notebook_becomes_what_it_was_and_the_restore_is_undone(writing, ada, bob) -> None:
    writing.type(ada, "first 🙂")
    old = pin(writing.notebook, "old")
    writing.type(bob, " and more 日本")
    writing.add(bob, "new", "2 + 2")
    now = writing.cells

    restored = restore(writing.notebook, old.pk, ada)
    assert [cell.source for cell in writing.cells] == ["first 🙂"]
    assert (restored.after.why, restored.after.authors) == ("restored", [ada.pk])
    assert (restored.before.why, restored.before.authors) == ("before-restore", [bob.pk])

    restore(writing.notebook, restored.before.pk, ada)
    assert writing.cells == now


@in_database
def test_restoring_what_is_there_changes_nothing(writing, ada) -> None:
    writing.type(ada, "text")
    old = pin(writing.notebook, "")
    position = store.position(writing.notebook.pk)

    restored = restore(writing.notebook, old.pk, ada)

    assert restored.before == restored.after == old
    assert store.position(writing.notebook.pk) == position


@in_database
def test_one_cell_alone_comes_back_also_when_it_was_deleted(writing, ada) -> None:
    writing.add(ada, "one", "kept", pos="a5")
    writing.add(ada, "two", "gone", pos="a6")
    writing.add(ada, "three", "last", pos="a7")
    old = pin(writing.notebook, "")
    writing.remove(ada, "two")
    writing.type(ada, " and changed", cell="one")

    restore(writing.notebook, old.pk, ada, ["two"])

    assert [cell.source for cell in writing.cells] == ["", "kept and changed", "gone", "last"]


@in_database
def test_results_come_back_by_reference(writing, ada) -> None:
    run = "5f0c1e3a-0000-4000-8000-000000000001"
    writing.add(ada, "one", "1", execution=run)
    old = pin(writing.notebook, "")
    writing.show(ada, "one", None)

    restore(writing.notebook, old.pk, ada)

    assert writing.cells[1].execution == run
    assert Revision.objects.get(pk=old.pk).executions == [run]


@in_database
def test_a_version_that_would_not_fit_is_refused_and_nothing_is_written(writing, ada, settings) -> None:
    writing.type(ada, "x" * 2000)
    old = pin(writing.notebook, "")
    writing.remove(ada, writing.cells[0].id)
    settings.TOMONI_DOCUMENT_MAX_BYTES = 1000
    before = store.position(writing.notebook.pk)

    with pytest.raises(CannotRestore):
        restore(writing.notebook, old.pk, ada)

    assert store.position(writing.notebook.pk) == before
    assert [revision.pk for revision in writing.revisions][-1] == old.pk


@in_database
def test_a_revision_of_another_notebook_is_not_there(writing, ada, bob) -> None:
    from notebooks.documents.services import create_notebook

    other = pin(create_notebook(bob), "secret")
    with pytest.raises(NoRevision):
        restore(writing.notebook, other.pk, ada)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_writes_during_a_restore_comes_after_it(writing, ada, bob, monkeypatch) -> None:
    writing.type(ada, "old text")
    old = pin(writing.notebook, "")
    writing.type(ada, ", newer")
    text = ydoc.open_document(store.load(writing.notebook.pk).update)
    state = text.get_state()
    source = text.get("cells", type=Map)[writing.cells[0].id]["source"]
    source += "!"
    typed = [(text.get_update(state), bob.pk)]
    writer = threading.Thread(target=_append, args=(writing.notebook.pk, typed))
    work_out = restoring.rewritten

    def work_out_while_somebody_writes(*given):
        writer.start()
        until_somebody_waits()
        return work_out(*given)

    monkeypatch.setattr(restoring, "rewritten", work_out_while_somebody_writes)
    restored = restore(writing.notebook, old.pk, ada)
    writer.join(10)

    assert restored.before.value().cells[0].source == "old text, newer"
    assert restored.after.value().cells[0].source == "old text"
    assert writing.text == "old text!"


def _append(notebook_id, updates) -> None:
    try:
        store.append(notebook_id, 1, updates)
    finally:
        connection.close()


async def test_open_pages_see_a_restore_at_once_and_that_there_is_a_revision(
    visits,  # noqa: F811
    notebook,
    ada,
    bob,
    settings,
) -> None:
    settings.TOMONI_ROOM_BEAT_SECONDS = 600  # nobody looks: they have to be told
    hers, his = await visits.open(ada), await visits.open(bob)
    old = await database_sync_to_async(pin)(notebook, "empty")
    await hers.type("to go")
    await hers.saved()
    await database_sync_to_async(restore)(notebook, old.pk, ada)

    await until(lambda: hers.text == his.text == "", what="the restore")
    await until(lambda: {"type": "changed", "what": "revisions"} in his.said, what="word of the revisions")


async def test_p19_a_restore_among_three_who_type_doubles_nothing_and_loses_no_word(
    visits,  # noqa: F811
    another_process,  # noqa: F811
    notebook,
    ada,
    bob,
) -> None:
    pages = [await visits.open(ada), await visits.open(bob), await visits.open(bob, to=another_process)]
    await pages[0].type("the old text\n")
    await pages[0].saved()
    old = await database_sync_to_async(pin)(notebook, "old")
    await pages[1].type("a new line\n")
    await pages[1].saved()

    words = [[f"[{name}{step}]" for step in range(8)] for name in "xyz"]
    for step in range(8):
        for page, mine in zip(pages, words, strict=True):
            await page.type(mine[step])
        if step == 3:
            restored = await database_sync_to_async(restore)(notebook, old.pk, ada)
    for page in pages:
        await page.saved()
    sequence = (await in_thread(store.position, notebook.pk))[1]
    loaded = await in_thread(store.load, notebook.pk)
    assert loaded.sequence == sequence

    await until(lambda: len({page.text for page in pages}) == 1 and "a new line" not in pages[0].text, what="agreement")
    text = pages[0].text
    assert text.startswith("the old text\n") and text.count("the old text") == 1
    known = await in_thread(lambda: restored.before.value().cells[0].source)
    for word in (word for mine in words for word in mine):
        # What was there before the restore went with it; what was typed since, or was on its way, is there once.
        assert text.count(word) == (0 if word in known else 1), (word, text)
