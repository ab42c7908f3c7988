"""“Saved” is said of what is committed, and nobody sees what is not."""

import asyncio
import contextlib

import psycopg
from django.db import connection

from notebooks.collaboration import store
from notebooks.collaboration.commits import Commits
from notebooks.collaboration.models import DocumentUpdate
from tests.notebooks.collaboration.pages import acommitted_text, in_thread, until

LOCK = "SELECT 1 FROM collaboration_document WHERE notebook_id = %s FOR UPDATE"


@contextlib.asynccontextmanager
async def another_connection():
    """A connection of somebody else's to the same database."""
    told = connection.get_connection_params()
    names = {"host", "port", "user", "password", "dbname"}
    address = {name: value for name, value in told.items() if name in names}
    async with await psycopg.AsyncConnection.connect(**address, autocommit=True) as other:
        yield other


async def test_nothing_is_acknowledged_or_shown_before_the_commit(visits, ada, bob, notebook) -> None:
    one, other = await visits.open(ada), await visits.open(bob)
    async with another_connection() as locking, locking.transaction():
        await locking.execute(LOCK, [notebook.pk])
        await one.type("held")
        await asyncio.sleep(0.5)
        assert one.acknowledged == 0
        assert other.text == ""
    await one.saved()
    await until(lambda: other.text == "held")
    assert await acommitted_text(notebook) == "held"


async def test_what_waits_for_a_commit_travels_in_the_next_one(visits, ada, notebook) -> None:
    page = await visits.open(ada)
    async with another_connection() as locking, locking.transaction():
        await locking.execute(LOCK, [notebook.pk])
        for number in range(20):
            await page.type(f"<{number}>")
        await asyncio.sleep(0.2)
    await page.saved()
    assert await in_thread(lambda: list(DocumentUpdate.objects.values_list("sequence", flat=True))) == list(
        range(1, 21)
    )
    assert len({frame["count"] for frame in page.of_type("ack")}) < 20


async def test_each_row_says_who_wrote_it(visits, ada, bob) -> None:
    one, other = await visits.open(ada), await visits.open(bob)
    await one.type("a")
    await one.saved()
    await other.type("b")
    await other.saved()
    assert await in_thread(lambda: list(DocumentUpdate.objects.values_list("author", flat=True))) == [ada.pk, bob.pk]


async def test_p04_a_broken_database_connection_closes_the_socket_and_a_new_room_has_the_edit(
    visits, ada, notebook
) -> None:
    page = await visits.open(ada)
    async with another_connection() as locking, another_connection() as watching, locking.transaction():
        await locking.execute(LOCK, [notebook.pk])
        await page.type("kept in the page")
        await asyncio.wait_for(end_waiting_connections(watching), 10)
        assert await page.closed() == 4409
    assert page.acknowledged == 0
    assert await acommitted_text(notebook) == ""
    back = await visits.open(ada)
    await back.send_update(page.doc.get_update())
    await back.saved()
    assert await acommitted_text(notebook) == "kept in the page"


async def end_waiting_connections(watching) -> None:
    ended = None
    while not ended:
        found = await watching.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        )
        ended = await found.fetchall()


async def test_p13_what_finds_no_space_is_refused_and_asked_for_until_there_is_room(
    visits, ada, bob, notebook, monkeypatch, quick
) -> None:
    page, other = await visits.open(ada), await visits.open(bob)
    append = Commits.append

    async def full(*_: object) -> None:
        raise store.NoSpace("No space left on device")

    monkeypatch.setattr(Commits, "append", full)
    await page.type("kept ")
    await page.type("here")
    await until(lambda: len(page.of_type("refused")) == 2)
    assert [frame["count"] for frame in page.of_type("refused")] == [1, 2]
    assert page.of_type("refused")[0]["code"] == "no-space"
    assert (await visits.open(bob)).text == other.text == ""
    asked = page.asked
    await until(lambda: page.asked > asked, what="the next question")
    monkeypatch.setattr(Commits, "append", append)
    await page.answer()
    await page.saved()
    await until(lambda: other.text == "kept here")
    assert await acommitted_text(notebook) == "kept here"
