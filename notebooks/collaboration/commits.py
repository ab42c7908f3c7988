"""Commits what rooms have accepted, on connections of the event loop's own.

Everybody who sees a key press waits for this, so no thread stands between it and the database: a visit to one costs
more than the commit. Where the log and its rules are is `store.py`.
"""

import select
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

from notebooks.collaboration import store
from notebooks.collaboration.messages import Update
from runtimes.execution.threads import in_thread

MOST_CONNECTIONS = 4  # a commit takes a millisecond, and each holds the updates of one notebook
PATIENCE = 3.0  # seconds until a database that does not answer counts as away
NAME = "tomoni commits"  # by which pg_stat_activity knows the connections
ADDRESS = ("dbname", "user", "password", "host", "port", "service", "passfile", "sslmode", "sslrootcert")


class Commits:
    """The connections of one process; none before the first edit."""

    def __init__(self) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]] | None = None

    async def append(self, notebook: UUID, epoch: int, updates: Sequence[Update]) -> int:
        """As `store.append`: the number of the first. Raises NoDocument, WrongEpoch, NoSpace and Django's errors."""
        with store.full_disk_told(), connection.wrap_database_errors:
            row = await self._execute(*store.append_statement(notebook, epoch, updates))
        if row:
            return store.first_of(row, updates)
        present, _ = await in_thread(store.position, notebook)
        raise store.WrongEpoch(f"the document is at epoch {present}, not {epoch}")

    async def close(self) -> None:
        if self._pool:
            await self._pool.close()
            self._pool = None

    async def _execute(self, statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        if self._pool is None:
            self._pool = _new_pool()
            await self._pool.open()
        async with self._pool.connection() as taken:
            return await (await taken.execute(statement, values)).fetchone()


def _new_pool() -> AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]:
    known = connection.get_connection_params()
    address = {name: known[name] for name in known.keys() & set(ADDRESS)}
    return AsyncConnectionPool(
        kwargs={**address, "autocommit": True, "application_name": NAME},
        min_size=0,
        max_size=MOST_CONNECTIONS,
        timeout=PATIENCE,
        check=_check,
        open=False,
    )


async def _check(taken: AsyncConnection[tuple[Any, ...]]) -> None:
    """Close a connection on which something came unasked, a farewell or its end, and raise OperationalError.

    Asking the server would take as long as a small commit.
    """
    waiting = select.poll()
    waiting.register(taken.fileno(), select.POLLIN)
    if waiting.poll(0):
        await taken.close()
        raise OperationalError("the server has closed this connection")
