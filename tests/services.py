"""A pytest plugin: each run has a PostgreSQL and a Redis-compatible server of its own, started when first needed.

The addresses are fixed before Django reads its settings; the servers start with the first test that asks for a database
or for the `redis_server` fixture, and end with the run.
"""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from config.embedded.postgres import Postgres  # noqa: E402
from config.embedded.valkey import Valkey  # noqa: E402
from tests.servers import running  # noqa: E402

HOME = Path(tempfile.mkdtemp(prefix="tomoni-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

postgres = Postgres(data=HOME / "postgres", run=HOME / "run")
valkey = Valkey(data=HOME / "redis", run=HOME / "run")

STATIC = HOME / "static"
STATIC.mkdir()

os.environ |= {
    "TOMONI_HOME": str(HOME),
    "TOMONI_STATIC": str(STATIC),
    "DATABASE_URL": postgres.url,
    "REDIS_URL": valkey.url,
    "TOMONI_DATABASE_POOL": "0",
    "TOMONI_SECRET_KEY": "a key for tests, which guards nothing at all",
}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A running PostgreSQL, empty but for its own tables."""
    postgres.run.mkdir(parents=True, exist_ok=True)
    postgres.initialise()
    with running(postgres.command(durable=False), postgres.create_database):
        yield postgres


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Valkey]:
    """A running Redis-compatible server."""
    valkey.run.mkdir(parents=True, exist_ok=True)
    with running(valkey.command(), lambda: valkey.socket.stat()):
        yield valkey
