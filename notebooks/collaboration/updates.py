"""What a Yjs update says, read before anything else touches it. Pure.

The library that applies updates trusts them more than a platform may: values nested a hundred thousand deep overflow
its stack and end the process, items whose origin is unknown are kept aside for ever and handed on with the document, a
number beyond 2**53 goes through it and stops every browser behind it. So the platform first walks over the update
(encoding V1, as y-protocols use it) and refuses what no page of ours writes. Only the shape is checked here; what the
cells then look like is `replica.py`'s business.
"""

from dataclasses import dataclass, field

from notebooks.collaboration.frames import BadFrame, Reader
from notebooks.collaboration.ydoc import DEEPEST, ROOTS

MOST_STRUCTS = 50_000

GONE, SKIP = 0, 10  # structs without content: garbage, and a hole
DELETED, STRING, TYPE, ANY = 1, 4, 7, 8  # contents that a notebook has; JSON, binary, embeds, formats, documents not
MAP, TEXT = 1, 2  # shared types that a notebook has

HAS_LEFT, HAS_RIGHT, HAS_KEY = 128, 64, 32
NUMBERS = {125: 0, 124: 4, 123: 8, 122: 8}  # kinds of number and how many bytes they take; 0: as many as it needs
CONSTANTS = frozenset({120, 121, 126, 127})  # true, false, null, undefined
TEXT_VALUE, OBJECT, LIST = 119, 118, 117


class BadUpdate(ValueError):
    """Not an update, or one that no page of ours writes; the text is a sentence."""


class TooManyParts(BadUpdate):
    """More structs than the platform is willing to look at while others wait."""


@dataclass(slots=True)
class Claims:
    """What an update brings and what it builds on, in clocks: each client numbers what it writes from 0."""

    runs: list[tuple[int, int, int]] = field(default_factory=list)
    """Client, first clock, clock after the last; in the order of the update."""

    needs: dict[int, int] = field(default_factory=dict)
    """Clock after the last one that is referred to, of each client."""

    @property
    def writes(self) -> bool:
        """False for an update that only deletes."""
        return bool(self.runs)

    def need(self, client: int, end: int) -> None:
        self.needs[client] = max(end, self.needs.get(client, 0))


def read_update(update: bytes) -> Claims:
    """What `update` claims; raises BadUpdate."""
    try:
        return _Walk(update).claims
    except BadFrame as problem:
        raise BadUpdate(f"This is no update: {problem}.") from problem


class _Walk:
    """One pass over an update."""

    def __init__(self, update: bytes) -> None:
        self.reader = Reader(update)
        self.claims = Claims()
        self.structs = 0
        for _ in range(self.reader.number()):
            self._client()
        for _ in range(self.reader.number()):
            self._deletes()
        self.reader.finish()

    def _client(self) -> None:
        count, client, clock = self.reader.number(), self.reader.number(), self.reader.number()
        if count > self.reader.left:
            raise BadFrame("the end is missing")
        self.structs += count
        if self.structs > MOST_STRUCTS:
            raise TooManyParts("This change has too many parts.")
        start = clock
        for _ in range(count):
            info = self.reader.byte()
            length = self.reader.number() if info in (GONE, SKIP) else self._item(info)
            if info == SKIP:
                raise BadUpdate("This change has a hole.")
            if length == 0:
                raise BadUpdate("This change has an empty part.")
            clock += length
        if count:
            self.claims.runs.append((client, start, clock))

    def _deletes(self) -> None:
        client = self.reader.number()
        for _ in range(self.reader.number()):
            start, length = self.reader.number(), self.reader.number()
            self.claims.need(client, start + length)

    def _item(self, info: int) -> int:
        """Walk over an item; how many clocks it takes."""
        if info & HAS_LEFT:
            self._reference()
        if info & HAS_RIGHT:
            self._reference()
        if not info & (HAS_LEFT | HAS_RIGHT):
            self._parent(has_key=bool(info & HAS_KEY))
        return self._content(info & 31)

    def _reference(self) -> None:
        client, clock = self.reader.number(), self.reader.number()
        self.claims.need(client, clock + 1)

    def _parent(self, *, has_key: bool) -> None:
        if self.reader.number() == 1:
            root = self.reader.text()
            if root not in ROOTS or not has_key:
                raise BadUpdate("A notebook has no such part.")
        else:
            self._reference()
        if has_key:
            self.reader.text()

    def _content(self, kind: int) -> int:
        if kind == DELETED:
            return self.reader.number()
        if kind == STRING:
            return len(self.reader.text().encode("utf-16-le")) // 2
        if kind == TYPE:
            if self.reader.number() not in (MAP, TEXT):
                raise BadUpdate("A notebook has no shared types but maps and texts.")
            return 1
        if kind == ANY:
            count = self.reader.number()
            for _ in range(count):
                self._value(0)
            return count
        raise BadUpdate("This change holds a kind of content that a notebook does not have.")

    def _value(self, depth: int) -> None:
        """Walk over a plain value."""
        if depth > DEEPEST:
            raise BadUpdate(f"This change holds a value nested deeper than {DEEPEST} levels.")
        kind = self.reader.byte()
        if kind in NUMBERS:
            self._number(NUMBERS[kind])
        elif kind == TEXT_VALUE:
            self.reader.text()
        elif kind == OBJECT:
            for _ in range(self.reader.number()):
                self.reader.text()
                self._value(depth + 1)
        elif kind == LIST:
            for _ in range(self.reader.number()):
                self._value(depth + 1)
        elif kind not in CONSTANTS:
            raise BadUpdate("This change holds a value that JSON does not have.")

    def _number(self, length: int) -> None:
        if length:
            self.reader.raw(length)
        else:
            while self.reader.byte() & 128:
                pass
