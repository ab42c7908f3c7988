"""The embedded PostgreSQL for a command that needs it while the platform may be stopped."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from config.embedded.home import Home
from config.embedded.postgres import Postgres
from config.embedded.problems import CannotStart

PATIENCE = 30.0


@contextlib.contextmanager
def database_at_hand(path: Path) -> Iterator[None]:
    """That of a running platform, or of our own start and end. Who names a DATABASE_URL looks after it."""
    home = Home(path)
    home.prepare()
    try:
        lock = home.lock()
    except CannotStart:
        yield  # a running platform has it up
        return
    try:
        with _served(home):
            yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def database_alone(path: Path) -> Iterator[None]:
    """Nobody else runs this installation meanwhile. Raises CannotStart if somebody does."""
    home = Home(path)
    home.prepare()
    lock = home.lock()
    try:
        with _served(home):
            yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def _served(home: Home) -> Iterator[None]:
    if os.environ.get("DATABASE_URL"):
        yield
        return
    postgres = home.postgres
    postgres.initialise()
    with (home.logs / "postgres.log").open("ab") as log:
        server = subprocess.Popen(postgres.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _until_answered(postgres, home)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)


def _until_answered(postgres: Postgres, home: Home) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            postgres.create_database()
        except psycopg.OperationalError as problem:
            if time.monotonic() > deadline:
                log = home.logs / "postgres.log"
                raise CannotStart(f"PostgreSQL does not answer; its log says why: {log}") from problem
            time.sleep(0.05)
        else:
            return
