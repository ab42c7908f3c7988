"""What differs between two states of a notebook, cell by cell, line by line, word by word. Pure: no Django.

Alignment and similarity are nbdime's. It knows notebooks as files and a moved cell as one removed and one added; here a
cell keeps its id wherever it goes, so cells are matched by id first, and nbdime sees only those whose id is on one side
(a cell that was cut and pasted is a new one). Its alignment of everything with everything takes time that grows with
the square: beyond `MOST_ALIGNED` plain equality has to do.
"""

import json
import operator
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from nbdime.diffing.generic import compare_strings_approximate
from nbdime.diffing.notebooks import compare_cell_strict
from nbdime.diffing.snakes import compute_snakes_multilevel

from notebooks.collaboration.ydoc import CellValue, DocumentValue
from notebooks.history.states import says

MOST_ALIGNED = 2_500  # pairs of cells, or of lines of one cell, that are compared one by one
SHORTEST_KEPT = 3  # characters by which a line is recognised in a longer one
MOST_SETTINGS = 200  # lines
LONGEST_SETTING = 200  # characters
WORDS = re.compile(r"\w+|\s+|[^\w\s]")

Snake = tuple[int, int, int]
SameResults = Callable[[str | None, str | None], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line, and whether the other side lacks it."""

    text: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is on both sides (`same`), or on one."""

    kind: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Side:
    """A cell as one state has it; `number` counts from 1."""

    id: str
    number: int
    cell_type: str
    execution: str | None


@dataclass(frozen=True, slots=True)
class CellDifference:
    """One cell as it was and as it is; it is new where there is no `before`, and gone where there is no `after`."""

    before: Side | None
    after: Side | None
    is_changed: bool = False
    is_moved: bool = False
    has_other_results: bool = False
    lines: list[Line] = field(default_factory=list)
    settings: list[Line] = field(default_factory=list)


def compare_documents(before: DocumentValue, after: DocumentValue, same_results: SameResults) -> list[CellDifference]:
    """Every cell in its order of now; those that are gone stand where they were."""
    pairs = _pair(before.cells, after.cells)
    moved = _out_of_order([old for _, old in sorted(pairs.items())])
    gone = sorted(set(range(len(before.cells))) - set(pairs.values()))
    places = {old: new for new, old in pairs.items()}
    removed: dict[int, list[int]] = {}
    for old in gone:
        removed.setdefault(next((places[near] for near in range(old, -1, -1) if near in places), -1), []).append(old)

    def removed_after(new: int) -> Iterator[CellDifference]:
        for old in removed.get(new, ()):
            yield _one_sided(before.cells[old], old, is_gone=True)

    differences = [*removed_after(-1)]
    for new, cell in enumerate(after.cells):
        if new in pairs:
            old = pairs[new]
            differences.append(_two_sided(before.cells[old], old, cell, new, old in moved, same_results))
        else:
            differences.append(_one_sided(cell, new, is_gone=False))
        differences += removed_after(new)
    return differences


def compare_lines(before: str, after: str) -> list[Line]:
    """The lines of both texts in one list; what was removed comes before what took its place."""
    old, new = before.split("\n"), after.split("\n")
    lines: list[Line] = []
    i = j = 0
    for start, new_start, length in [*_aligned(old, new), (len(old), len(new), 0)]:
        lines += [Line("removed", [Part(text, True)]) for text in old[i:start]]
        lines += [Line("added", [Part(text, True)]) for text in new[j:new_start]]
        lines += _similar(old[start : start + length], new[new_start : new_start + length])
        i, j = start + length, new_start + length
    return lines


def compare_settings(before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    """What differs, each as a line such as `colab.name = "x"`; long values are cut, after many the rest left out."""
    old, new = dict(_flat(before)), dict(_flat(after))
    lines: list[Line] = []
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            sides = (("removed", old), ("added", new))
            lines += [Line(kind, [Part(_setting(name, side[name]), True)]) for kind, side in sides if name in side]
    return lines[:MOST_SETTINGS]


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each plain value with the way to it."""
    if isinstance(value, dict) and (value or not name):
        for key, part in value.items():
            yield from _flat(part, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and value:
        for place, part in enumerate(value):
            yield from _flat(part, f"{name}[{place}]")
    else:
        yield name, json.dumps(value, ensure_ascii=False)


def _setting(name: str, value: str) -> str:
    return f"{name} = {value if len(value) <= LONGEST_SETTING else value[:LONGEST_SETTING] + '…'}"


def _pair(before: Sequence[CellValue], after: Sequence[CellValue]) -> dict[int, int]:
    """Place after → place before, of each cell that is on both sides."""
    places = {cell.id: place for place, cell in enumerate(before)}
    pairs = {place: places[cell.id] for place, cell in enumerate(after) if cell.id in places}
    known = set(pairs.values())
    old = [place for place in range(len(before)) if place not in known]
    new = [place for place in range(len(after)) if place not in pairs]
    if old and new and len(old) * len(new) <= MOST_ALIGNED:
        cells = [[_as_in_a_file(side[place]) for place in places] for side, places in ((before, old), (after, new))]
        for i, j, length in compute_snakes_multilevel(*cells, [compare_cell_strict]):
            pairs |= {new[j + step]: old[i + step] for step in range(length)}
    return pairs


def _as_in_a_file(cell: CellValue) -> dict[str, Any]:
    return {"cell_type": cell.cell_type, "source": cell.source, "outputs": []}


def _out_of_order(places: Sequence[int]) -> set[int]:
    """The fewest that would have to go for the rest to be in rising order: what has moved."""
    ends: list[int] = []  # ends[n] is the place in `places` of the smallest end of a rising run of n + 1
    previous: list[int | None] = []
    for index, place in enumerate(places):
        rank = bisect_left(ends, place, key=lambda end: places[end])
        previous.append(ends[rank - 1] if rank else None)
        ends[rank : rank + 1] = [index]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(places[last])
        last = previous[last]
    return set(places) - kept


def _one_sided(cell: CellValue, place: int, *, is_gone: bool) -> CellDifference:
    kind = "removed" if is_gone else "added"
    lines = [Line(kind, [Part(text, True)]) for text in cell.source.split("\n")]
    side = _side(cell, place)
    has_results = cell.execution is not None
    return CellDifference(side if is_gone else None, None if is_gone else side, True, False, has_results, lines)


def _two_sided(
    old: CellValue, old_place: int, new: CellValue, new_place: int, is_moved: bool, same_results: SameResults
) -> CellDifference:
    return CellDifference(
        _side(old, old_place),
        _side(new, new_place),
        says(old) != says(new),
        is_moved,
        not same_results(old.execution, new.execution),
        compare_lines(old.source, new.source),
        compare_settings(_settings(old), _settings(new)),
    )


def _settings(cell: CellValue) -> dict[str, Any]:
    """All that people set besides the text."""
    attached = {"attachments": cell.attachments} if cell.attachments else {}
    return {"cell_type": cell.cell_type, **cell.metadata, **attached}


def _side(cell: CellValue, place: int) -> Side:
    return Side(cell.id, place + 1, cell.cell_type, cell.execution if cell.cell_type == "code" else None)


def _aligned(old: Sequence[str], new: Sequence[str]) -> list[Snake]:
    """Runs of lines that are equal, or similar enough to be the same line changed."""
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    old_rest, new_rest = old[head:], new[head:]
    if len(old_rest) * len(new_rest) <= MOST_ALIGNED:
        found = compute_snakes_multilevel(old_rest, new_rest, [_is_alike, operator.eq])
    else:
        found = SequenceMatcher(None, old_rest, new_rest).get_matching_blocks()
    return [(0, 0, head), *((i + head, j + head, length) for i, j, length in found)]


def _is_alike(one: str, other: str) -> bool:
    """Whether it may be one line that was changed: nbdime's measure, or somebody went on writing in it."""
    shorter, longer = sorted((one.strip(), other.strip()), key=len)
    return (len(shorter) >= SHORTEST_KEPT and shorter in longer) or compare_strings_approximate(one, other)


def _similar(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Aligned lines: stretches of changed ones with all of the old first."""
    removed: list[Line] = []
    added: list[Line] = []
    for before, after in zip(old, new, strict=True):
        if before == after:
            yield from (*removed, *added, Line("same", [Part(after)]))
            removed, added = [], []
        else:
            lacking, coming = _words(before, after)
            removed.append(Line("removed", lacking))
            added.append(Line("added", coming))
    yield from (*removed, *added)


def _words(before: str, after: str) -> tuple[list[Part], list[Part]]:
    old, new = WORDS.findall(before), WORDS.findall(after)
    lacking, coming = [], []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        lacking.append(Part("".join(old[start:end]), tag != "equal"))
        coming.append(Part("".join(new[new_start:new_end]), tag != "equal"))
    return [part for part in lacking if part.text], [part for part in coming if part.text]
