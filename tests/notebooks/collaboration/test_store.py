"""The log in PostgreSQL: seeded once, numbered without gaps, folded in place, all there after a crash."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, connections

from notebooks.collaboration import store, ydoc
from notebooks.collaboration.models import Document, DocumentUpdate
from notebooks.documents.models import Notebook

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]


def at_once(work, times):
    """Do `work` in threads that begin together; what each returned or raised."""
    gate = threading.Barrier(times)

    def one(number):
        gate.wait()
        try:
            return work(number)
        except Exception as problem:  # noqa: BLE001
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def typed(notebook, words):
    """The updates of a page that types these words, one after the other."""
    doc = ydoc.open_document(store.load(notebook.pk).update)
    made: list[bytes] = []
    subscription = doc.observe(lambda event: made.append(event.update))
    source = next(iter(doc["cells"].values()))["source"]
    for word in words:
        source += word
    doc.unobserve(subscription)
    return made


def text(notebook):
    return ydoc.read_document(ydoc.open_document(store.load(notebook.pk).update)).cells[0].source


def test_a_notebook_is_seeded_once_however_many_try(ada) -> None:
    notebook = Notebook.objects.create(owner=ada, name="n")
    seeds = [ydoc.seed_update({}, [ydoc.SeedCell("a", "code", str(number))]) for number in range(6)]
    found = at_once(lambda number: store.seed(notebook, seeds[number]), 6)
    assert sum(isinstance(answer, Document) for answer in found) == 1
    assert sum(isinstance(answer, store.AlreadySeeded) for answer in found) == 5
    assert len(ydoc.read_document(ydoc.open_document(store.load(notebook.pk).update)).cells) == 1


def test_writers_at_once_get_consecutive_numbers(notebook, ada) -> None:
    updates = typed(notebook, "abcdefgh")
    firsts = at_once(lambda number: store.append(notebook.pk, 1, [(updates[number], ada.pk)] * 3), 8)
    assert sorted(firsts) == [1 + 3 * place for place in range(8)]
    rows = store.since(notebook.pk, 1, 0)
    assert [row.sequence for row in rows] == list(range(1, 25))
    assert text(notebook) == "abcdefgh"


def test_writing_moves_the_time_of_the_last_change(notebook) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    Notebook.objects.filter(pk=notebook.pk).update(changed_at=long_ago)
    store.append(notebook.pk, 1, [(update, None) for update in typed(notebook, "a")])
    notebook.refresh_from_db()
    changed_at = notebook.changed_at
    assert changed_at > long_ago
    store.append(notebook.pk, 1, [(update, None) for update in typed(notebook, "b")])
    notebook.refresh_from_db()
    assert notebook.changed_at == changed_at  # once in a while is enough


def test_another_epoch_is_refused(notebook) -> None:
    Document.objects.filter(notebook=notebook).update(epoch=2)
    for refused in (lambda: store.append(notebook.pk, 1, [(b"\0\0", None)]), lambda: store.since(notebook.pk, 1, 0)):
        with pytest.raises(store.WrongEpoch):
            refused()
    assert not DocumentUpdate.objects.exists()


def test_a_notebook_without_a_document_has_none(ada) -> None:
    notebook = Notebook.objects.create(owner=ada, name="n")
    for asked in (store.load, store.position, store.fold, lambda name: store.append(name, 1, [(b"\0\0", None)])):
        with pytest.raises(store.NoDocument):
            asked(notebook.pk)


def test_folding_keeps_the_history(notebook) -> None:
    updates = typed(notebook, [f"<{number}>" for number in range(store.FOLD_ROWS + 100)])
    away = ydoc.open_document(store.load(notebook.pk).update, *updates[:50])
    source = next(iter(away["cells"].values()))["source"]
    source.insert(0, "(offline)")
    store.append(notebook.pk, 1, [(update, None) for update in updates])

    assert store.fold(notebook.pk)

    assert not DocumentUpdate.objects.exists()
    assert store.position(notebook.pk) == (1, len(updates))
    merged = ydoc.open_document(store.load(notebook.pk).update, away.get_update())
    (cell,) = ydoc.read_document(merged).cells
    assert cell.source == "(offline)" + "".join(f"<{number}>" for number in range(len(updates)))


def test_a_short_log_is_not_folded(notebook) -> None:
    store.append(notebook.pk, 1, [(update, None) for update in typed(notebook, "abc")])
    assert not store.fold(notebook.pk)
    assert DocumentUpdate.objects.count() == 3


def test_large_updates_are_folded_early(notebook) -> None:
    store.append(notebook.pk, 1, [(update, None) for update in typed(notebook, ["x" * 700_000, "y" * 700_000])])
    assert store.fold(notebook.pk)


def test_a_reader_who_is_behind_a_fold_is_told_to_load(notebook) -> None:
    updates = typed(notebook, [str(number) for number in range(store.FOLD_ROWS + 1)])
    store.append(notebook.pk, 1, [(update, None) for update in updates])
    store.fold(notebook.pk)
    with pytest.raises(store.Folded):
        store.since(notebook.pk, 1, 5)
    assert store.since(notebook.pk, 1, len(updates)) == []


def test_folding_readers_and_writers_do_not_disturb_each_other(notebook) -> None:
    words = [f"<{number}>" for number in range(store.FOLD_ROWS + 40)]
    updates = typed(notebook, words)
    store.append(notebook.pk, 1, [(update, None) for update in updates[: store.FOLD_ROWS + 10]])

    def work(number):
        if number == 0:
            return [store.append(notebook.pk, 1, [(update, None)]) for update in updates[store.FOLD_ROWS + 10 :]]
        if number < 3:
            return store.fold(notebook.pk)
        return [len(ydoc.open_document(store.load(notebook.pk).update)["cells"]) for _ in range(5)]

    found = at_once(work, 5)
    assert [answer for answer in found if isinstance(answer, Exception)] == []
    assert sorted(found[1:3]) == [False, True]
    assert text(notebook) == "".join(words)
    assert store.position(notebook.pk) == (1, len(words))


def test_a_crash_between_snapshot_and_deletion_leaves_nothing_wrong(notebook) -> None:
    words = [f"<{number}>" for number in range(store.FOLD_ROWS + 1)]
    updates = typed(notebook, words)
    store.append(notebook.pk, 1, [(update, None) for update in updates])
    log = store.read_log(notebook.pk)
    Document.objects.update(snapshot=log.replay(), snapshot_sequence=log.sequence)

    assert text(notebook) == "".join(words)
    store.append(notebook.pk, 1, [(update, None) for update in updates])  # long again
    assert store.fold(notebook.pk)
    assert not DocumentUpdate.objects.exists()
    assert text(notebook) == "".join(words)


WRITER = """
import django
django.setup()
from notebooks.collaboration import store, ydoc
import sys, uuid
notebook = uuid.UUID(sys.argv[1])
doc = ydoc.open_document(store.load(notebook).update)
made = []
doc.observe(lambda event: made.append(event.update))
source = next(iter(doc["cells"].values()))["source"]
for number in range(10_000):
    source += f"<{number}>"
    store.append(notebook, 1, [(made.pop(), None)])
    print(number, flush=True)
"""


def test_p12_what_was_appended_before_a_hard_kill_is_there(notebook) -> None:
    told = connection.settings_dict
    address = f"postgres://{told['USER']}@{told['HOST'].replace('/', '%2F')}/{told['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(notebook.pk)], env=environment, stdout=subprocess.PIPE)
    assert writer.stdout
    acknowledged = [int(writer.stdout.readline()) for _ in range(40)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += map(int, writer.stdout)
    writer.wait()
    found = text(notebook)
    assert found.startswith("".join(f"<{number}>" for number in acknowledged))
    assert found.count("<") <= len(acknowledged) + 1
