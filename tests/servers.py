"""Database servers of the tests' own."""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.postgres import Postgres

ROOT = Path(__file__).resolve().parents[1]


class running:  # noqa: N801
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


@functools.cache
def prepared_database() -> Path:
    """A PostgreSQL's files with our tables and nobody in them: sooner copied than made."""
    home = Path(tempfile.mkdtemp(prefix="tomoni-prepared-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    made = Postgres(data=home / "postgres", run=home)
    made.initialise()
    with running(made.command(durable=False), made.create_database):
        settings = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
            "TOMONI_HOME": str(home),
            "TOMONI_SECRET_KEY": "a key for tests, which guards nothing at all",
            "DATABASE_URL": made.url,
            "REDIS_URL": "unix:///nobody-asks-it",
        }
        subprocess.run([sys.executable, "manage.py", "prepare"], env=settings, cwd=ROOT, check=True)
    return made.data
