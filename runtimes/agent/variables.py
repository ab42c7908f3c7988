"""What the variables of a kernel are, told without running any code of the person whose variables they are.

This file is loaded by `kernel_start` in the kernel's own process when a page first asks, and must import nothing of the
agent but the two modules that are loaded with it. It runs beside a cell that may be running, so it looks at copies and
calls no method of a class that it does not know: an object of another class is shown by the name of its class, whatever
its `__repr__` would do or say.
"""

import datetime
import decimal
import fractions
import os
import pathlib
import sys
import types
import uuid
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from jupyter_core.paths import jupyter_path

from . import programs, tables

MOST_VARIABLES = 500
LONGEST_TEXT, MOST_ITEMS, DEEPEST, LONGEST_VALUE = 80, 5, 3, 200
LONGEST_NUMBER = 200  # digits; a longer one is told by its length
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 100, 50, 100
# Not what a person means by a variable.
NO_VALUES = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
PLAIN = (bool, float, complex, type(None), type(...), type(NotImplemented), range, slice)
WORDY = (
    *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta, datetime.timezone),
    *(decimal.Decimal, fractions.Fraction, uuid.UUID, pathlib.PosixPath, pathlib.PurePosixPath),
)
SHAPED = frozenset({"numpy", "pandas", "torch", "tensorflow", "jax", "jaxlib", "polars", "scipy", "xarray"})

Values = dict[str, Any]

shown, pieces = tables.Shown(), tables.Pieces()


def answer(content: Values, namespace: Values, hidden: Mapping[str, Any]) -> Values:
    """The content of the reply to a page's question."""
    try:
        match content:
            case {"do": "list"}:
                return {"ok": True, **list_variables(namespace, hidden)}
            case {"do": "table"}:
                return {"ok": True, **table(_meant(content, namespace), content)}
            case {"do": "module", "name": str(name)}:
                return _program(name, _number(content.get("start"), 0))
            case {"do": "csv"}:
                frame, start = _as_frame(_meant(content, namespace)), _number(content.get("start"), 0)
                return {"ok": True, **pieces.piece(frame, content, start, _words)}
    except tables.NoTable as problem:
        return {"ok": False, "reason": str(problem)}
    return {"ok": False, "reason": "The kernel does not know this question."}


def _program(name: str, start: int) -> Values:
    found = programs.piece(name, start, jupyter_path())
    return {"ok": True, **found} if found else {"ok": False, "reason": f"No package here brings {name}."}


def _meant(content: Values, namespace: Values) -> Any:
    """The variable of this name, or the data frame that was displayed under that one."""
    name = content.get("name")
    return namespace.get(name) if isinstance(name, str) else shown.find(str(content.get("frame")))


def list_variables(namespace: Values, hidden: Mapping[str, Any]) -> Values:
    named = [(name, value) for name, value in dict(namespace).items() if _is_shown(name, value, hidden)]
    named.sort(key=lambda item: item[0].casefold())
    shown = [_row(name, value) for name, value in named[:MOST_VARIABLES]]
    return {"variables": shown, "count": len(named), "folder": _folder()}


def describe(value: Any, depth: int = 0) -> str:
    """A value in a few words: what Python would print for what we know, the class's name for everything else."""
    kind = type(value)
    if kind in PLAIN:
        return repr(value)
    if kind is int:
        return repr(value) if value.bit_length() < LONGEST_NUMBER * 3 else f"int of {value.bit_length()} bits"
    if kind in (str, bytes, bytearray):
        return repr(value) if len(value) <= LONGEST_TEXT else repr(value[:LONGEST_TEXT]) + "…"
    if kind in WORDY and _has_known_zone(value):
        return repr(value)[:LONGEST_VALUE]
    if kind in (list, tuple, set, frozenset, dict):
        return _describe_items(value, kind, depth)
    return _describe_known(value, kind, depth)


def table(value: Any, wanted: Values) -> Values:
    """A page of rows of a data frame: those that are looked for, sorted by one of its columns where one is named."""
    frame = _as_frame(value)
    start, count = _number(wanted.get("start"), 0), min(_number(wanted.get("count"), MOST_ROWS), MOST_ROWS)
    places = tables.chosen(frame, wanted, _words)
    page = frame.iloc[start : start + count] if places is None else frame.iloc[places[start : start + count]]
    page = page.iloc[:, :MOST_COLUMNS]
    columns = [page.iloc[:, place] for place in range(page.shape[1])]
    cells = [[_cell(item) for item in column.tolist()] for column in columns]
    return {
        "columns": [{"name": _cell(column.name), "type": str(column.dtype)} for column in columns],
        "index": [_cell(label) for label in page.index.tolist()],
        "rows": [list(row) for row in zip(*cells, strict=True)],
        "count": int(frame.shape[0]) if places is None else len(places),
        "whole": int(frame.shape[0]),
        "width": int(frame.shape[1]),
    }


def _is_shown(name: Any, value: Any, hidden: Mapping[str, Any]) -> bool:
    if type(name) is not str or name.startswith("_") or issubclass(type(value), NO_VALUES):
        return False
    return name not in hidden or hidden[name] is not value


def _row(name: str, value: Any) -> Values:
    shape = _shape(value)
    return {
        "name": name,
        "type": type(value).__name__,
        "shape": shape,
        "value": describe(value)[:LONGEST_VALUE],
        "table": _pandas_kind(value) != "",
    }


def _shape(value: Any) -> str:
    kind = type(value)
    if kind in (str, bytes, bytearray, list, tuple, set, frozenset, dict):
        return f"{len(value)} {'item' if len(value) == 1 else 'items'}" if kind not in (str, bytes, bytearray) else ""
    if _is_of(kind, SHAPED):
        try:
            return str(tuple(value.shape))
        except (AttributeError, TypeError, ValueError):
            return ""
    return ""


def _describe_items(value: Any, kind: type, depth: int) -> str:
    opening, closing = "[]" if kind is list else "()" if kind is tuple else "{}"
    if not value and kind in (set, frozenset):
        return f"{kind.__name__}()"
    if depth >= DEEPEST:
        return f"{opening}…{closing}"
    try:
        first = [item for item, _ in zip(value.items() if kind is dict else value, range(MOST_ITEMS), strict=False)]
    except RuntimeError:  # it grew while we looked
        return f"{opening}…{closing}"
    if kind is dict:
        parts = [f"{describe(key, depth + 1)}: {describe(item, depth + 1)}" for key, item in first]
    else:
        parts = [describe(item, depth + 1) for item in first]
    more = ", …" if len(value) > MOST_ITEMS else "," if kind is tuple and len(value) == 1 else ""
    text = f"{opening}{', '.join(parts)}{more}{closing}"
    return f"frozenset({text})" if kind is frozenset else text


def _describe_known(value: Any, kind: type, depth: int) -> str:
    numpy = sys.modules.get("numpy")
    if numpy is not None and kind is numpy.ndarray:
        first = value.flat[:MOST_ITEMS].tolist() if value.size else []
        more = ", …" if value.size > MOST_ITEMS else ""
        return f"array([{', '.join(describe(item, depth + 1) for item in first)}{more}], dtype={value.dtype})"
    if numpy is not None and issubclass(kind, numpy.generic) and _is_of(kind, {"numpy"}):
        item = value.item()
        return describe(item, depth) if type(item) is not kind else f"<{kind.__name__}>"
    match _pandas_kind(value):
        case "DataFrame":
            names = ", ".join(_cell(name) for name in value.columns[:MOST_ITEMS].tolist())
            return f"columns: {names}{', …' if value.shape[1] > MOST_ITEMS else ''}"
        case "Series":
            first = [describe(item, depth + 1) for item in value.iloc[:MOST_ITEMS].tolist()]
            return f"[{', '.join(first)}{', …' if value.shape[0] > MOST_ITEMS else ''}], dtype={value.dtype}"
    return f"<{kind.__module__}.{kind.__qualname__}>"


def _is_of(kind: type, libraries: AbstractSet[str]) -> bool:
    """Whether this class is one of a library's own: a person's may say that it is, but it is not found there."""
    module = kind.__module__
    if type(module) is not str or module.partition(".")[0] not in libraries:
        return False
    places = (sys.modules.get(module), sys.modules.get(module.partition(".")[0]))
    return any(getattr(place, kind.__name__, None) is kind for place in places)


def _has_known_zone(value: Any) -> bool:
    """A time's zone may be a class of a person's, which says itself what it is called."""
    zone = type(getattr(value, "tzinfo", None))
    return zone.__module__ in {"builtins", "datetime", "zoneinfo"} and zone.__name__ in {
        "NoneType",
        "timezone",
        "ZoneInfo",
    }


def _pandas_kind(value: Any) -> str:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return ""
    return next((name for name in ("DataFrame", "Series") if getattr(pandas, name, None) is type(value)), "")


def _as_frame(value: Any) -> Any:
    match _pandas_kind(value):
        case "DataFrame":
            return value
        case "Series":
            return value.to_frame()
    raise tables.NoTable("There is no data frame of this name any more.")


def _cell(value: Any) -> str:
    if type(value) is str:
        return str(value[:LONGEST_CELL]) + ("…" if len(value) > LONGEST_CELL else "")
    return _words(value)[:LONGEST_CELL]


def _words(value: Any) -> str:
    if _is_of(type(value), {"pandas"}) and _has_known_zone(value):  # its time stamps, intervals and kinds of nothing
        return str(value)
    return describe(value)


def _number(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else otherwise


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return ""
