"""A pytest plugin: each run has a PostgreSQL and a Redis-compatible server of its own, started when first needed.

The addresses are fixed before Django reads its settings; the servers start with the first test that asks for a database
or for the `redis_server` fixture, and end with the run.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from config.embedded.postgres import Postgres  # noqa: E402
from config.embedded.valkey import Valkey  # noqa: E402

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
    with _running(postgres.command(durable=False), postgres.create_database):
        yield postgres


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Valkey]:
    """A running Redis-compatible server."""
    valkey.run.mkdir(parents=True, exist_ok=True)
    with _running(valkey.command(), lambda: valkey.socket.stat()):
        yield valkey


class _running:  # noqa: N801
    """A server process, up when `answers` no longer raises, and ended with the block."""

    def __init__(self, command: list[str], answers: Callable[[], object]) -> None:
        self.command, self.answers = command, answers

    def __enter__(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.answers()
            except Exception as problem:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError(f"{self.command[0]} does not answer") from problem
                time.sleep(0.02)
            else:
                return

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(2)
        self.process.wait(15)
