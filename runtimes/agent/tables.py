"""Which rows of a data frame a page asks for, and in what order: searched, filtered and sorted, beside running code.

Loaded by `variables` in the kernel's own process: it imports nothing of the agent, and like that file calls no method
of a class that it does not know. `Words` is how a value is told in words there.
"""

import csv
import io
import operator
import re
import sys
import weakref
from collections.abc import Callable
from typing import Any

MOST_SORTED = 5_000_000
MOST_OBJECTS_SORTED = 200_000
MOST_CELLS_SEARCHED = 20_000_000
PIECE = 100_000  # characters of CSV in an answer
PIECE_ROWS = 5_000
COMPARISON = re.compile(r"\s*(<=|>=|!=|==|=|<|>)\s*(-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*")
NUMBER_PART = re.compile(r"[0-9.+\-e]+")  # of 1e-05
NUMBER_WORDS = ("nan", "-inf", "true", "false")
RANGE = re.compile(r"\s*(-?\d+(?:\.\d*)?)\s*\.\.\s*(-?\d+(?:\.\d*)?)\s*")
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}

Words = Callable[[Any], str]


class NoTable(Exception):
    """There is no table of this name; the text is for a person."""


class Shown:
    """The data frames that outputs show, as long as the person's own code keeps them."""

    def __init__(self) -> None:
        self._frames: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()

    def keep(self, name: str, frame: Any) -> None:
        self._frames[name] = frame

    def find(self, name: str) -> Any:
        return self._frames.get(name)


def chosen(frame: Any, wanted: dict[str, Any], words: Words) -> Any:
    """The places of the wanted rows in their order, or None for all of them as they are."""
    mask = _mask(frame, wanted, words)
    by = wanted.get("column")
    is_sorted = isinstance(by, int) and 0 <= by < frame.shape[1]
    if mask is None:
        return _order(frame.iloc[:, by], wanted.get("descending") is True, words) if is_sorted else None
    numpy: Any = sys.modules["numpy"]  # pandas has imported it
    places = numpy.flatnonzero(mask)
    if not is_sorted:
        return places
    return places[_order(frame.iloc[places, by], wanted.get("descending") is True, words)]


class Pieces:
    """A data frame as CSV, piece by piece: which rows are wanted is worked out with the first."""

    def __init__(self) -> None:
        self._frame: weakref.ref[Any] | None = None
        self._of: tuple[Any, ...] = ()
        self._places: Any = None

    def piece(self, frame: Any, wanted: dict[str, Any], start: int, words: Words) -> dict[str, Any]:
        """Rows from `start` on, and where the next piece begins; the first one begins with the names."""
        of = (*map(wanted.get, ("search", "filters", "column", "descending")), *frame.shape)
        if start == 0 or self._frame is None or self._frame() is not frame or self._of != of:
            self._places = chosen(frame, wanted, words)
            self._frame, self._of = weakref.ref(frame), of
        return _csv(frame, self._places, start, words)


def _csv(frame: Any, places: Any, start: int, words: Words) -> dict[str, Any]:
    count = int(frame.shape[0]) if places is None else len(places)
    rows = slice(start, min(count, start + PIECE_ROWS))
    page = frame.iloc[rows] if places is None else frame.iloc[places[rows]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if start == 0:
        writer.writerow(["", *(_whole(name, words) for name in page.columns.tolist())])
    labels = page.index.tolist()
    columns = [page.iloc[:, place].tolist() for place in range(page.shape[1])]
    done = 0
    for label, *cells in zip(labels, *columns, strict=True):
        done += 1
        writer.writerow([_whole(label, words), *("" if _is_missing(cell) else _whole(cell, words) for cell in cells)])
        if text.tell() > PIECE:
            break
    return {"text": text.getvalue(), "next": start + done, "count": count}


def _mask(frame: Any, wanted: dict[str, Any], words: Words) -> Any:
    """Which rows hold what is looked for; None when nothing is."""
    search, filters = wanted.get("search"), wanted.get("filters")
    masks = []
    if isinstance(search, str) and search.strip():
        masks.append(_found(frame, search.strip().casefold(), words))
    for column, text in filters.items() if isinstance(filters, dict) else ():
        if str(column).isdigit() and int(column) < frame.shape[1] and isinstance(text, str) and text.strip():
            masks.append(_passes(frame.iloc[:, int(column)], text, words))
    if not masks:
        return None
    mask = masks[0]
    for other in masks[1:]:
        mask = mask & other
    return mask


def _found(frame: Any, text: str, words: Words) -> Any:
    mask = _contains(frame.index, text, words)
    for place in range(frame.shape[1]):
        mask |= _contains(frame.iloc[:, place], text, words)
    return mask


def _passes(column: Any, text: str, words: Words) -> Any:
    """`> 5` and `1..5` compare numbers; everything else is contained in what the page shows."""
    if column.dtype.kind in "iuf":
        if compared := COMPARISON.fullmatch(text):
            return OPERATORS[compared[1]](column.to_numpy(dtype=float, na_value=float("nan")), float(compared[2]))
        if between := RANGE.fullmatch(text):
            values = column.to_numpy(dtype=float, na_value=float("nan"))
            return (values >= float(between[1])) & (values <= float(between[2]))
    return _contains(column, text.strip().casefold(), words)


def _contains(column: Any, text: str, words: Words) -> Any:
    if column.shape[0] > MOST_CELLS_SEARCHED:
        raise NoTable(f"Only tables of at most {MOST_CELLS_SEARCHED:,} rows are searched here.")
    numpy: Any = sys.modules["numpy"]
    if column.dtype != object and column.dtype.kind in "iufb" and not _may_be_in_a_number(text):
        return numpy.zeros(column.shape[0], dtype=bool)
    cells = column.tolist()
    found = (text in (cell if type(cell) is str else words(cell)).casefold() for cell in cells)
    return numpy.fromiter(found, dtype=bool, count=len(cells))


def _may_be_in_a_number(text: str) -> bool:
    return bool(NUMBER_PART.fullmatch(text)) or any(text in word for word in NUMBER_WORDS)


def _order(column: Any, is_descending: bool, words: Words) -> Any:
    """Places of the rows in order of a column; what is missing comes last."""
    numpy: Any = sys.modules["numpy"]  # pandas has imported it
    size = column.shape[0]
    if column.dtype != object:
        if size > MOST_SORTED:
            raise NoTable(f"Only tables of at most {MOST_SORTED:,} rows are sorted here.")
        missing = column.isna().to_numpy()
        places = column.reset_index(drop=True).sort_values(kind="stable", ascending=not is_descending).index.to_numpy()
        return numpy.concatenate([places[~missing[places]], numpy.flatnonzero(missing)])
    if size > MOST_OBJECTS_SORTED:
        raise NoTable(f"Columns of texts are sorted here up to {MOST_OBJECTS_SORTED:,} rows.")
    items = column.tolist()
    keys = [(type(item) is float, item if type(item) is str else words(item)) for item in items]
    known = sorted((place for place in range(size) if not _is_missing(items[place])), key=lambda place: keys[place])
    ordered = known[::-1] if is_descending else known
    return numpy.array([*ordered, *(place for place in range(size) if _is_missing(items[place]))], dtype=int)


def _is_missing(value: Any) -> bool:
    return value is None or (type(value) is float and value != value)


def _whole(value: Any, words: Words) -> str:
    return value if type(value) is str else words(value)
