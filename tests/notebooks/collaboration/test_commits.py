"""The connections over which rooms commit: numbers, refusals, and a database that went away and came back."""

import asyncio
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from django.db import OperationalError, connection

from notebooks.collaboration import store
from notebooks.collaboration.commits import ADDRESS, NAME, Commits
from runtimes.execution.threads import in_thread
from tests.notebooks.collaboration.pages import until

UPDATE = (b"\0\0", None)


@pytest_asyncio.fixture
async def commits(transactional_db):
    commits = Commits()
    yield commits
    await commits.close()


async def test_numbers_go_on_whoever_commits(commits, notebook) -> None:
    begun = (await in_thread(store.position, notebook.pk))[1]

    firsts = await asyncio.gather(*[commits.append(notebook.pk, 1, [UPDATE] * 3) for _ in range(20)])

    assert sorted(firsts) == [begun + 1 + 3 * place for place in range(20)]
    assert await in_thread(store.append, notebook.pk, 1, [UPDATE]) == begun + 61


async def test_another_epoch_and_no_document_are_refused(commits, notebook) -> None:
    with pytest.raises(store.WrongEpoch):
        await commits.append(notebook.pk, 7, [UPDATE])
    with pytest.raises(store.NoDocument):
        await commits.append(uuid4(), 1, [UPDATE])


async def test_connections_that_were_cut_at_rest_cost_nobody_an_error(commits, notebook) -> None:
    first = await commits.append(notebook.pk, 1, [UPDATE])
    with psycopg.connect(**address()) as other:
        cut_commits(other)

    assert await commits.append(notebook.pk, 1, [UPDATE]) == first + 1


async def test_a_connection_that_is_cut_under_a_commit_is_bad_luck_as_django_knows_it(commits, notebook) -> None:
    await commits.append(notebook.pk, 1, [UPDATE])
    with psycopg.connect(**address()) as holder:  # a transaction that holds the document
        holder.execute(f'UPDATE "{store.DOCUMENTS}" SET sequence = sequence WHERE notebook_id = %s', [notebook.pk])
        waiting = asyncio.create_task(commits.append(notebook.pk, 1, [UPDATE]))
        await until(is_a_commit_waiting)
        cut_commits(holder)

        with pytest.raises(OperationalError):
            await waiting
    assert await commits.append(notebook.pk, 1, [UPDATE])


def address() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {name: known[name] for name in known.keys() & set(ADDRESS)}


def cut_commits(other) -> None:
    other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s", [NAME])


def is_a_commit_waiting() -> bool:
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = %s"
    with psycopg.connect(**address(), autocommit=True) as asking:
        return asking.execute(waiting, [NAME]).fetchone() is not None
