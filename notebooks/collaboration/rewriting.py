"""Edits a document until it says what it said once, leaving alone all that it says already. Pure: no Django.

Restoring must not look like "delete all, insert all" to those who are typing: their carets would jump and their words
would end up beside the text instead of in it. So only what differs is touched: cells that came or went, single keys,
and of a source the shortest runs of characters.
"""

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

from pycrdt import Doc, Map, Text

from notebooks.collaboration import ydoc

MOST_COMPARED = 1_000  # characters of a changed stretch that are compared one by one
MANY_LINES = 1_000  # beyond, lines that come again and again are no landmarks: comparing them all takes too long
Edit = tuple[int, int, str]


def rewrite(doc: Doc[Any], wanted: ydoc.DocumentValue, only: Collection[str] | None = None) -> bytes | None:
    """Make `doc` say what `wanted` says, or only in the cells `only`; the update that did it, None if all was so."""
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    with doc.transaction():
        _rewrite_cells(doc, {cell.id: cell for cell in wanted.cells}, only)
        if only is None:
            _rewrite_map(doc.get(ydoc.META, type=Map), wanted.metadata)
    doc.unobserve(subscription)
    return updates[0] if updates else None


def text_edits(before: str, after: str) -> list[Edit]:
    """Deletions and insertions (start, end, new text) that turn one text into the other, the last one first."""
    old, new = before.splitlines(True), after.splitlines(True)
    head, tail = _shared_ends(old, new)
    start = sum(map(len, old[:head]))
    edits = list(_line_edits(old[head : len(old) - tail], new[head : len(new) - tail], start))
    return edits[::-1]


def _line_edits(old: list[str], new: list[str], offset: int) -> Iterator[Edit]:
    """The edits in order, line by line and within lines that were replaced."""
    matcher = SequenceMatcher(None, old, new, autojunk=len(new) > MANY_LINES)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        gone = "".join(old[start:end])
        if tag != "equal":
            yield from _stretch_edits(gone, "".join(new[new_start:new_end]), offset)
        offset += len(gone)


def _stretch_edits(old: str, new: str, offset: int) -> Iterator[Edit]:
    head, tail = _shared_ends(old, new)
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    offset += head
    if max(len(old), len(new)) > MOST_COMPARED:
        yield offset, offset + len(old), new
        return
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield offset + start, offset + end, new[new_start:new_end]


def _shared_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many items they have in common at the beginning, and of the rest at the end."""
    head = _shared(old, new)
    most = min(len(old), len(new)) - head
    return head, min(most, _shared(old[::-1], new[::-1]))


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _rewrite_cells(doc: Doc[Any], wanted: dict[str, ydoc.CellValue], only: Collection[str] | None) -> None:
    cells = doc.get(ydoc.CELLS, type=Map)
    present = {cell.id: cell for cell in ydoc.read_document(doc).cells}
    for identity in [*present, *(identity for identity in wanted if identity not in present)]:
        if only is not None and identity not in only:
            continue
        if identity not in wanted:
            del cells[identity]
        elif identity not in present:
            cells[identity] = ydoc.new_cell(wanted[identity])
        else:
            _rewrite_cell(cells[identity], present[identity], wanted[identity])


def _rewrite_cell(cell: "Map[Any]", present: ydoc.CellValue, wanted: ydoc.CellValue) -> None:
    if present == wanted:
        return
    for key in ("pos", "cell_type", "attachments", "execution"):
        value = getattr(wanted, key)
        if value == getattr(present, key):
            continue
        if value is None:
            del cell[key]
        else:
            cell[key] = ydoc.to_shared(value)
    _rewrite_map(cell["metadata"], wanted.metadata)
    _rewrite_text(cell["source"], wanted.source)


def _rewrite_map(shared: "Map[Any]", wanted: dict[str, Any]) -> None:
    present = {key: ydoc.from_shared(value) for key, value in shared.items()}
    for key in present.keys() - wanted.keys():
        del shared[key]
    for key, value in wanted.items():
        if key not in present or present[key] != value:
            shared[key] = ydoc.to_shared(value)


def _rewrite_text(text: Text, wanted: str) -> None:
    before = str(text)
    for start, end, new in text_edits(before, ydoc.to_text(wanted)):
        # The library counts the bytes of UTF-8.
        first = len(before[:start].encode())
        if end > start:
            del text[first : first + len(before[start:end].encode())]
        if new:
            text.insert(first, new)
