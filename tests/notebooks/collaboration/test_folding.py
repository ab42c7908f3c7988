"""A process that is killed at any statement while it folds a log, as others write, leaves all that was written."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from notebooks.collaboration import store
from notebooks.collaboration.models import DocumentUpdate
from tests.notebooks.collaboration.pages import committed_text
from tests.notebooks.collaboration.test_store import typed

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
FEWEST = 4  # two to read the log, one for the snapshot, one to delete the rows that it covers

FOLDER = """
import django
django.setup()
import itertools, os, signal, sys, uuid
from django.db import connection
from notebooks.collaboration import store

store.FOLD_ROWS = 5
notebook = uuid.UUID(sys.argv[1])
for number in itertools.count():
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        print(status, flush=True)
        sys.stdin.readline()
        if status == 0:
            break
        continue
    done = itertools.count()

    def step(execute, *statement):
        if next(done) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*statement)

    with connection.execute_wrapper(step):
        store.fold(notebook)
    os._exit(0)
"""


class Writer:
    """Appends to the log again and again."""

    def __init__(self, notebook) -> None:
        self.words = [f"<{number}>" for number in range(2000)]
        self.updates = typed(notebook, self.words)
        self.notebook, self.written, self._stop = notebook, 0, threading.Event()
        self.append(20)
        self._thread = threading.Thread(target=self._write)

    @property
    def text(self):
        return "".join(self.words[: self.written])

    def append(self, number) -> None:
        for update in self.updates[self.written : self.written + number]:
            store.append(self.notebook.pk, 1, [(update, None)])
            self.written += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._stop.wait(0.01):  # or it would be through its words too early
            self.append(1)
        connections.close_all()


def test_a_process_killed_at_any_statement_of_a_fold_loses_nothing(notebook, monkeypatch) -> None:
    monkeypatch.setattr(store, "FOLD_ROWS", 5)
    writer = Writer(notebook)
    with writer, folder(notebook) as folding:
        assert folding.stdin
        assert folding.stdout
        killed, status = 0, int(signal.SIGKILL)
        while status == signal.SIGKILL:
            status = int(folding.stdout.readline())
            killed += status == signal.SIGKILL
            known = writer.text
            assert committed_text(notebook).startswith(known)
            folding.stdin.write("\n")
            folding.stdin.flush()
        assert status == 0
        assert killed >= FEWEST
    writer.append(20)  # so that there is something to fold
    assert committed_text(notebook) == writer.text
    assert store.position(notebook.pk) == (1, writer.written)
    assert store.fold(notebook.pk)
    assert not DocumentUpdate.objects.exists()
    assert committed_text(notebook) == writer.text


def folder(notebook):
    """A process that folds again and again, killed one statement later each time."""
    told = connection.settings_dict
    address = f"postgres://{told['USER']}@{told['HOST'].replace('/', '%2F')}/{told['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    command = [sys.executable, "-c", FOLDER, str(notebook.pk)]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
