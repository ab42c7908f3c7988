"""Whatever happens to pages, processes, Redis and the log: all end equal, with every acknowledged edit exactly once.

Hypothesis makes up histories of three pages and two web processes. Each character that is typed exists once in the
world, so that one that was lost, doubled or brought back is seen in the text. Where the notebook went back to an
earlier revision, characters come back rightly: then all edits, merged once in a document of the test's own, say what
must be there.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any, ClassVar

import pytest
import redis
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from pycrdt import Doc, Map, Text

from notebooks.collaboration import store, ydoc
from notebooks.documents.services import create_notebook
from notebooks.history import restoring
from notebooks.history.models import Revision
from notebooks.history.recording import pin
from notebooks.sharing.services import set_shares
from tests.notebooks.collaboration.pages import committed, session_of
from tests.notebooks.collaboration.processes import ThreadedProcess
from tests.notebooks.collaboration.writers import Edit, Writer
from tests.rounds import rounds

# Where the alphabets of typed characters begin: Latin, kana and kanji, emoji and rare kanji (two UTF-16 units each).
ALPHABETS = (0x100, 0x4E00, 0x20000)
PAGES = st.integers(0, 2)
PROCESSES = st.integers(0, 1)
PLACES = st.integers(0, 60)
SECONDS = 10


class Crash(Exception):
    """The process ends here."""


@contextlib.contextmanager
def crash_after(statements: int) -> Iterator[None]:
    """Let so many statements through; the next one finds that its process was killed."""
    left = count(statements, -1)

    def step(execute: Any, *statement: Any) -> Any:
        if next(left) <= 0:
            raise Crash
        return execute(*statement)

    with contextlib.suppress(Crash), connection.execute_wrapper(step):
        yield


def characters(value: ydoc.DocumentValue) -> set[str]:
    return set("".join(cell.source for cell in value.cells))


class Histories(RuleBasedStateMachine):
    """Three pages of two people in one notebook, in two web processes."""

    people: tuple[Any, Any]
    cookies: tuple[str, str]
    commits: ClassVar[list[bytes]] = []  # what the service wrote that goes back to revisions

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.Runner()
        self.numbers = count()
        ada, bob = self.people
        self.notebook = create_notebook(ada)
        set_shares(self.notebook, {bob.email: "editor"})
        (self.first,) = (cell.id for cell in committed(self.notebook).cells)
        self.processes = [ThreadedProcess(), ThreadedProcess()]
        state = store.load(self.notebook.pk).update
        self.writers = [Writer(self.notebook, self.cookies[number % 2], state) for number in range(3)]
        self.services: list[Writer] = []
        self.beginning = state
        self.revisions: list[int] = [pin(self.notebook, "empty").pk]
        self.went_back: list[str] = []
        self.commits.clear()
        for number, writer in enumerate(self.writers):
            self.connect(writer, number % 2)
        self.breathe()

    # People.

    @rule(page=PAGES, cell=PLACES, place=PLACES, alphabet=st.sampled_from(ALPHABETS), length=st.integers(1, 3))
    def types(self, page: int, cell: int, place: int, alphabet: int, length: int) -> None:
        typed = self.fresh(length, alphabet)

        def change(cells: "Map[Any]") -> None:
            source = self.source(cells, cell)
            text = str(source)
            source.insert(len(text[: place % (len(text) + 1)].encode()), typed)

        if self.writers[page].cells:
            self.edits(page, change, cell=self.name(self.writers[page].cells, cell), typed=typed)

    @rule(page=PAGES, cell=PLACES, place=PLACES, length=st.integers(1, 4))
    def erases(self, page: int, cell: int, place: int, length: int) -> None:
        cells = self.writers[page].cells
        text = str(self.source(cells, cell)) if cells else ""
        start = place % (len(text) + 1)
        erased = text[start : start + length]

        def change(cells: "Map[Any]") -> None:
            first = len(text[:start].encode())
            del self.source(cells, cell)[first : first + len(erased.encode())]

        if erased:
            self.edits(page, change, erased=erased)

    @rule(page=PAGES, place=PLACES)
    def adds_a_cell(self, page: int, place: int) -> None:
        name = f"cell{next(self.numbers)}"
        new = {"id": name, "pos": f"b{place:02}a", "cell_type": "code", "source": Text(), "metadata": Map()}
        self.edits(page, lambda cells: cells.__setitem__(name, Map(new)), added=name)

    @rule(page=PAGES, cell=PLACES)
    def drops_a_cell(self, page: int, cell: int) -> None:
        if len(cells := self.writers[page].cells) > 1:
            name = self.name(cells, cell)
            self.edits(page, lambda cells: cells.__delitem__(name), dropped=name)

    @rule(page=PAGES, cell=PLACES, place=PLACES)
    def splits_a_cell(self, page: int, cell: int, place: int) -> None:
        """What stood behind the caret goes to a new cell; as with typing, in characters that are new in the world."""
        if not (cells := self.writers[page].cells):
            return
        text = str(self.source(cells, cell))
        start = place % (len(text) + 1)
        name, moved = f"cell{next(self.numbers)}", self.fresh(len(text) - start)

        def change(cells: "Map[Any]") -> None:
            del self.source(cells, cell)[len(text[:start].encode()) : len(text.encode())]
            cells[name] = Map(
                {"id": name, "pos": f"b{place:02}b", "cell_type": "code", "source": Text(moved), "metadata": Map()}
            )

        self.edits(page, change, cell=name, added=name, typed=moved, erased=text[start:])

    @rule(page=PAGES, cell=PLACES, other=PLACES)
    def joins_two_cells(self, page: int, cell: int, other: int) -> None:
        """What is in the second goes to the end of the first."""
        cells = self.writers[page].cells
        if not cells or (one := self.name(cells, cell)) == (two := self.name(cells, other)):
            return
        moved = self.fresh(len(str(cells[two]["source"])))

        def change(cells: "Map[Any]") -> None:
            source: Text = cells[one]["source"]
            source += moved
            del cells[two]

        self.edits(page, change, cell=one, typed=moved, dropped=two)

    @rule(page=PAGES, cell=PLACES, place=PLACES, kind=st.sampled_from(ydoc.CELL_TYPES))
    def moves_and_converts_a_cell(self, page: int, cell: int, place: int, kind: str) -> None:
        def change(cells: "Map[Any]") -> None:
            entry = cells[self.name(cells, cell)]
            entry["pos"], entry["cell_type"], entry["execution"] = f"c{place:02}a", kind, f"run{place}"

        if self.writers[page].cells:
            self.edits(page, change)

    # Networks and browsers.

    @rule(page=PAGES)
    def loses_the_network(self, page: int) -> None:
        self.loop.run(self.writers[page].cut())

    @rule(page=PAGES, process=PROCESSES)
    def comes_back(self, page: int, process: int) -> None:
        if self.writers[page].socket is None:
            self.connect(self.writers[page], process)

    @rule(page=PAGES)
    def sends_twice(self, page: int) -> None:
        self.loop.run(self.writers[page].send_again())

    @rule(page=PAGES)
    def crashes_and_is_opened_again(self, page: int) -> None:
        self.loop.run(self.writers[page].cut())
        self.writers[page].reopen(store.load(self.notebook.pk).update)

    @rule()
    def breathe(self) -> None:
        """Everybody listens for a moment."""
        for writer in self.writers:
            self.loop.run(writer.listen())
            self.loop.run(writer.send())

    # The platform.

    @rule(process=PROCESSES)
    def is_killed(self, process: int) -> None:
        self.processes[process].kill()
        self.processes[process] = ThreadedProcess()

    @rule(process=PROCESSES, is_muted=st.booleans())
    def gives_no_hints(self, process: int, is_muted: bool) -> None:
        self.processes[process].mute(is_muted)

    @rule()
    def redis_is_emptied(self) -> None:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            client.flushall()

    @rule(statements=st.integers(1, 6))
    def the_log_is_folded(self, statements: int) -> None:
        """To its end, or until a crash after some of its statements."""
        with crash_after(statements):
            store.fold(self.notebook.pk)

    @rule()
    def a_revision_is_kept(self) -> None:
        self.revisions.append(pin(self.notebook, "kept").pk)

    @rule(number=PLACES, cell=st.none() | PLACES)
    def goes_back(self, number: int, cell: int | None) -> None:
        """The whole notebook, or one cell of it, becomes what it was, while everybody types on."""
        revision = Revision.objects.get(pk=self.revisions[number % len(self.revisions)])
        names = sorted(entry.id for entry in revision.value().cells)
        only = None if cell is None or not names else [names[cell % len(names)]]
        done = restoring.restore(self.notebook, revision.pk, self.people[0], only)
        before, after = characters(done.before.value()), characters(done.after.value())
        self.revisions.append(done.before.pk)  # by which it can be undone
        self.went_back.append("".join(before - after))

    @rule(cell=PLACES, length=st.integers(0, 4))
    def restores_something(self, cell: int, length: int) -> None:
        """What a service does that puts an earlier state back: an edit of no page's, appended to the log."""
        service = Writer(self.notebook, "", store.load(self.notebook.pk).update)
        if not service.cells:
            return
        name = self.name(service.cells, cell)
        typed, erased = chr(ALPHABETS[2] + next(self.numbers)), str(service.cells[name]["source"])[:length]

        def change(cells: "Map[Any]") -> None:
            source = self.source(cells, cell)
            del source[0 : len(erased.encode())]
            source.insert(0, typed)

        service.edit(change, cell=name, typed=typed, erased=erased)
        store.append(self.notebook.pk, 1, [(edit.update, None) for edit in service.edits])
        self.services.append(service)

    @rule()
    def is_read(self) -> None:
        assert ydoc.problems(ydoc.open_document(store.load(self.notebook.pk).update)) == []

    # The end.

    def teardown(self) -> None:
        try:
            if hasattr(self, "writers"):
                self.settle()
                self.compare()
        finally:
            for process in getattr(self, "processes", []):
                process.stop()
            if hasattr(self, "loop"):
                self.loop.close()

    def settle(self) -> None:
        """Everybody is there, has nothing more to say, and has heard of what was appended behind the rooms' backs."""
        self.loop.run(self._settle())
        deadline = time.monotonic() + SECONDS
        while self.writers[0].value != committed(self.notebook) and time.monotonic() < deadline:
            self.loop.run(self._settle())

    async def _settle(self) -> None:
        deadline = self.loop.get_loop().time() + SECONDS
        while True:
            assert self.loop.get_loop().time() < deadline, [str(writer) for writer in self.writers]
            for number, writer in enumerate(self.writers):
                if writer.socket is None:
                    await writer.connect(self.processes[number % 2].address)
                await writer.listen()
                await writer.send()
            values = [writer.value for writer in self.writers]
            if all(writer.is_settled for writer in self.writers) and values[0] == values[1] == values[2]:
                replicas = [process.replica(self.notebook.pk) for process in self.processes]
                if {values[0] == replica for replica in replicas if replica} == {True}:
                    return

    def compare(self) -> None:
        """A fresh load has what the pages have, and that is what was done."""
        value = committed(self.notebook)
        assert [writer.value for writer in self.writers] == [value] * 3
        assert [writer.refused for writer in self.writers] == [[], [], []]
        edits = [edit for writer in (*self.writers, *self.services) for edit in writer.edits]
        if self.commits:
            self.compare_with_a_merge(value, edits)
            return
        dropped = {edit.dropped for edit in edits}
        assert {cell.id for cell in value.cells} == {self.first, *(edit.added for edit in edits)} - dropped - {""}
        typed = "".join(edit.typed for edit in edits if edit.cell not in dropped)
        erased = "".join(edit.erased for edit in edits)
        assert Counter("".join(cell.source for cell in value.cells)) == Counter(set(typed) - set(erased))

    def compare_with_a_merge(self, value: ydoc.DocumentValue, edits: list[Edit]) -> None:
        """What nobody took away is there, nothing is there twice, and all is as if each edit had been made once."""
        merged: Doc[Any] = ydoc.open_document(self.beginning)
        for update in [*(edit.update for edit in edits), *self.commits]:
            merged.apply_update(update)
        assert ydoc.read_document(merged) == value
        present = Counter("".join(cell.source for cell in value.cells))
        assert set(present.values()) <= {1}
        dropped = {edit.dropped for edit in edits}
        typed = {mark for edit in edits for mark in edit.typed if edit.cell not in dropped}
        gone = set("".join((*(edit.erased for edit in edits), *self.went_back)))
        assert typed - gone <= present.keys() <= {mark for edit in edits for mark in edit.typed}

    # Words of this test.

    def fresh(self, length: int, alphabet: int = ALPHABETS[1]) -> str:
        """Characters that nobody has typed before."""
        return "".join(chr(alphabet + next(self.numbers)) for _ in range(length))

    def edits(self, page: int, change: Any, **meaning: str) -> None:
        self.writers[page].edit(change, **meaning)
        self.loop.run(self.writers[page].send())

    def connect(self, writer: Writer, process: int) -> None:
        self.loop.run(writer.connect(self.processes[process].address))

    @staticmethod
    def name(cells: "Map[Any]", number: int) -> str:
        names = sorted(cells.keys())
        return names[number % len(names)]

    def source(self, cells: "Map[Any]", number: int) -> Text:
        source: Text = cells[self.name(cells, number)]["source"]
        return source


@pytest.mark.django_db(transaction=True)
def test_all_end_equal_with_every_edit_exactly_once(ada, bob, settings, monkeypatch) -> None:
    settings.TOMONI_ROOM_BEAT_SECONDS = 0.5
    monkeypatch.setattr(store, "FOLD_ROWS", 5)
    Histories.people, Histories.cookies = (ada, bob), (session_of(ada), session_of(bob))
    write = restoring.commit

    def commit(notebook: Any, epoch: int, update: bytes, by: Any) -> None:
        write(notebook, epoch, update, by)
        Histories.commits.append(update)

    monkeypatch.setattr(restoring, "commit", commit)
    examples = how(
        max_examples=rounds(20, 400),
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(Histories, settings=examples)
