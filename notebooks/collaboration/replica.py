"""A room's copy of the document, and its judgement on what pages send. Pure.

An update is walked over first (`updates.py`), then compared with what is known: it may only build on what is here, for
the library keeps aside what builds on something unknown, and hands that on with the document. Then it is applied, and
observers look at the cells that it touched. If one of those is not as `ydoc.py` says, or has grown too large, the
update is refused, but a Y.Doc cannot forget: the replica is spoiled then, and whoever holds it makes a new one from
what is committed.

What is stored and shown to others is not what the page sent but what the document says has changed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pycrdt import Map, MapEvent, Text, TextEvent

from notebooks.collaboration import frames, ydoc
from notebooks.collaboration.updates import BadUpdate, Claims, TooManyParts, read_update

WALKED_BYTES = 16 * 1024
MEGABYTE = 10**6


class Refused(Exception):
    """The platform does not take this update; the text is a sentence for its author."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Gap(Refused):
    """The update builds on something that is not here, or not yet."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an update, the source of a cell, and a document may be, in bytes."""

    update: int
    cell: int
    document: int


class Replica:
    """A Y.Doc that only takes good updates. Touch it on the event loop only."""

    def __init__(self, limits: Limits, updates: Iterable[tuple[bytes, int | None]] = ()) -> None:
        self.limits = limits
        self.is_spoiled = False
        self._writers: dict[int, int] = {}
        self._known: dict[int, int] = {}
        self._size = 0
        self._changes: list[bytes] = []
        self._problems: list[Refused] = []
        self._doc = ydoc.open_document()
        self._subscriptions = self._observe()
        for update, author in updates:
            self.absorb(update, author)

    def apply(self, update: bytes, author: int) -> bytes | None:
        """Take an update from a page; what it changed, or None if that was all known. Raises Refused."""
        claims = self._read(update)
        self._check_clocks(claims)
        self._check_writer(claims, author)
        if claims.writes:
            self._check_size(len(update))
        change, clients = self._merge(update, claims)
        if self._problems or set(self._doc.keys()) != ydoc.ROOTS or not self._has(claims):
            self.is_spoiled = True
            raise self._problems[0] if self._problems else bad_update("This change does not fit the notebook.")
        self._claim(clients, author)
        return change

    def absorb(self, update: bytes, author: int | None) -> bytes | None:
        """Take what is committed already; what it changed here, or None."""
        change, clients = self._merge(update)
        if author is not None:
            self._claim(clients, author)
        return change

    @property
    def omits_outputs(self) -> bool:
        """What cells print is not to be kept."""
        return ydoc.omits_outputs(self._doc)

    def vector(self) -> bytes:
        """What is here, as a sync step 1 asks."""
        return self._doc.get_state()

    def missing(self, vector: bytes) -> bytes:
        """What somebody with this state lacks, as a sync step 2 answers."""
        return self._doc.get_update(vector)

    def _read(self, update: bytes) -> Claims:
        if len(update) > self.limits.update:
            raise Refused("too-large", f"One change may hold at most {self.limits.update / MEGABYTE:.1f} MB.")
        try:
            return read_update(update)
        except TooManyParts as problem:
            raise Refused("too-large", str(problem)) from problem
        except BadUpdate as problem:
            raise Refused("bad-update", str(problem)) from problem

    def _check_clocks(self, claims: Claims) -> None:
        """Nothing may be missing between what is known and what this update brings or refers to."""
        reached: dict[int, int] = {}
        for client, start, end in claims.runs:
            known = reached.get(client, self._known.get(client, 0))
            if start > known:
                raise Gap("bad-update", "This change builds on one that the platform does not have.")
            if end > known + self.limits.document:
                raise Refused("bad-update", "This change claims to write more than a notebook can hold.")
            reached[client] = max(known, end)
        for client, end in claims.needs.items():
            if end > reached.get(client, self._known.get(client, 0)):
                raise Gap("bad-update", "This change refers to something that the platform does not have.")

    def _check_writer(self, claims: Claims, author: int) -> None:
        """A client id belongs to the first person who wrote with it."""
        for client, _, end in claims.runs:
            if end > self._known.get(client, 0) and self._writers.get(client, author) != author:
                raise Refused("bad-update", "This change is written in somebody else's name.")

    def _check_size(self, added: int) -> None:
        if self._size + added > self.limits.document:
            self._size = len(self._doc.get_update())  # what was deleted since takes no room
        if self._size + added > self.limits.document:
            raise Refused(
                "notebook-full", f"This notebook is full: it holds at most {self.limits.document / MEGABYTE:.0f} MB."
            )

    def _merge(self, update: bytes, claims: Claims | None = None) -> tuple[bytes | None, list[int]]:
        """Apply an update, whose `claims` may be known; what it changed, and the clients that it is from."""
        self._changes.clear()
        self._problems.clear()
        try:
            self._doc.apply_update(update)
        except (ValueError, IndexError, AssertionError) as problem:
            self.is_spoiled = True
            raise Refused("bad-update", "This change cannot be read.") from problem
        change = self._changes[0] if self._changes else ydoc.NOTHING
        if change == ydoc.NOTHING:
            return None, []
        self._size += len(change)
        return change, self._learn(change, claims if change == update else None)

    def _learn(self, change: bytes, claims: Claims | None) -> list[int]:
        """Take down how far each client has written; those that have written more."""
        if len(change) > WALKED_BYTES:  # of a whole document the library gives the clocks faster
            ends = frames.read_vector(self.vector())
        else:
            ends = {client: end for client, _, end in (claims or read_update(change)).runs}
        advanced = [client for client, end in ends.items() if end > self._known.get(client, 0)]
        self._known |= {client: ends[client] for client in advanced}
        return advanced

    def _has(self, claims: Claims) -> bool:
        return all(end <= self._known.get(client, 0) for client, _, end in claims.runs)

    def _claim(self, clients: Iterable[int], author: int) -> None:
        for client in clients:
            self._writers.setdefault(client, author)

    def _observe(self) -> list[object]:
        """Watch all that changes. An observer must not raise: its exception would come out of somebody's edit."""
        cells, meta = self._doc.get(ydoc.CELLS, type=Map), self._doc.get(ydoc.META, type=Map)
        return [
            self._doc.observe(lambda event: self._changes.append(event.update)),
            cells.observe_deep(self._noting(lambda event: self._cell_event_problems(cells, event))),
            meta.observe_deep(self._noting(lambda event: map(bad_update, _meta_event_problems(event)))),
        ]

    def _noting(self, find: Callable[[Any], Iterable[Refused]]) -> Callable[[list[Any]], None]:
        def note(events: list[Any]) -> None:
            for event in events:
                self._problems.extend(find(event))

        return note

    def _cell_event_problems(self, cells: "Map[Any]", event: Any) -> Iterable[Refused]:
        yield from map(bad_update, _cell_event_problems(cells, event))
        if any(len(source) > self.limits.cell for source in _grown_sources(cells, event)):
            limit = f"{self.limits.cell / MEGABYTE:.1f} MB"
            yield Refused("cell-too-large", f"The text of one cell may hold at most {limit}: split the cell.")


def bad_update(sentence: str) -> Refused:
    return Refused("bad-update", sentence)


def _grown_sources(cells: "Map[Any]", event: Any) -> Iterable[Text]:
    """The sources that an event makes longer, or brings. Where one was too long before, deleting in it is fine."""
    match event.path:
        case [str(), "source"] if any("insert" in part for part in getattr(event, "delta", ())):
            yield event.target
        case [str()] if "source" in event.keys and isinstance(source := event.target.get("source"), Text):
            yield source
        case []:
            brought = (cells.get(key) for key, _ in _keys(event))
            sources = (cell.get("source") for cell in brought if isinstance(cell, Map))
            yield from (source for source in sources if isinstance(source, Text))


def _cell_event_problems(cells: "Map[Any]", event: Any) -> Iterable[str]:
    """What is wrong with the part of `cells` that an event is about."""
    match event.path:
        case []:
            yield from _entries_problems(cells, event)
        case [str(key)]:
            yield from ydoc.cell_problems(key, event.target)
        case [str(), "source"] if isinstance(event, TextEvent):
            yield from _text_problems(event)
        case [str(key), "metadata"] if isinstance(event, MapEvent):
            for name, change in _keys(event):
                yield from ydoc.value_problems(f"the metadata {name!r} of cell {key}", change.get("newValue"))
        case _:
            yield "A cell has no such part."


def _entries_problems(cells: "Map[Any]", event: Any) -> Iterable[str]:
    if len(cells) > ydoc.MOST_CELLS:
        yield f"A notebook holds at most {ydoc.MOST_CELLS} cells."
        return
    for key, change in _keys(event):
        if "newValue" in change:
            yield from ydoc.cell_problems(key, change["newValue"])


def _meta_event_problems(event: Any) -> Iterable[str]:
    if event.path:
        yield "The notebook's metadata holds plain values only."
        return
    for name, change in _keys(event):
        yield from ydoc.value_problems(f"the metadata {name!r}", change.get("newValue"))


def _text_problems(event: Any) -> Iterable[str]:
    for part in event.delta:
        if not isinstance(part.get("insert", ""), str) or part.get("attributes"):
            yield "The source of a cell is plain text."


def _keys(event: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    """The keys of a map that an event is about, each with its `action` and perhaps a `newValue`."""
    keys: dict[str, dict[str, Any]] = event.keys
    return keys.items()
