"""Turns the formats before 4 (IPython 0.12 to 2) into format 4, by nbformat's own converters. Pure: no Django."""

from typing import Any

import nbformat
from nbformat.validator import ValidationError

from notebooks.documents.cells import BadNotebook, Json, Notices, refuse_too_many
from notebooks.documents.sentences import Sentence, said

# What the converters raise on a file whose structure is damaged in a way that the checks below do not see.
DAMAGED = (ValidationError, AssertionError, AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError)
DEEPEST_HEADING = 100  # the converter writes as many # as it says, and it may say billions


def upgrade(value: Json, major: int, minor: int, notices: Notices) -> Json:
    """A format 1, 2 or 3 notebook as a plain format 4 one."""
    lists = [value.get("cells")] if major == 1 else _worksheets(value, notices)
    for number, cells in enumerate(lists, start=1):
        _check_cells(cells, said("The notebook") if len(lists) == 1 else said("Worksheet %(number)s", number=number))
    if not isinstance(value.setdefault("metadata", {}), dict):
        raise BadNotebook("The notebook's “metadata” should be an object.")
    if major > 1:
        value |= {"nbformat": major, "nbformat_minor": minor}
    try:
        old = nbformat.versions[major].to_notebook_json(value, minor=minor)
        made: Json = _plain(nbformat.convert(old, 4))  # type: ignore[no-untyped-call]
    except DAMAGED as problem:
        raise BadNotebook(
            "This format %(format)s notebook is damaged and cannot be converted: %(problem)s.",
            format=major,
            problem=f"{problem!s:.100}",
        ) from None
    notices.add(said("The file was in the old notebook format %(old)s and was converted to format 4.5.", old=major))
    made["metadata"] = {key: entry for key, entry in made["metadata"].items() if not key.startswith("orig_nbformat")}
    return made


def _worksheets(value: Json, notices: Notices) -> list[Any]:
    worksheets = value.get("worksheets")
    if not isinstance(worksheets, list):
        raise BadNotebook("The notebook has no list “worksheets”, where this old format keeps its cells.")
    for number, worksheet in enumerate(worksheets, start=1):
        if not isinstance(worksheet, dict):
            raise BadNotebook("Worksheet %(number)s should be an object.", number=number)
    if len(worksheets) > 1:
        notices.add(said("The %(count)s worksheets were put one after another.", count=len(worksheets)))
    return [worksheet.get("cells") for worksheet in worksheets]


def _check_cells(cells: Any, where: Sentence) -> None:
    if not isinstance(cells, list):
        raise BadNotebook("%(where)s has no list of “cells”.", where=where)
    refuse_too_many(cells)
    for number, cell in enumerate(cells, start=1):
        here = said("%(where)s, cell %(number)s", where=where, number=number)
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise BadNotebook("%(where)s: “%(key)s” is missing.", where=here, key="cell_type")
        outputs = cell.get("outputs", [])
        if not isinstance(outputs, list) or not all(isinstance(output, dict) for output in outputs):
            raise BadNotebook("%(where)s: “outputs” should be a list of objects.", where=here)
        level = cell.get("level", 1)
        if cell["cell_type"] == "heading" and not (isinstance(level, int) and level <= DEEPEST_HEADING):
            raise BadNotebook("%(where)s: “level” should be a number up to %(most)s.", where=here, most=DEEPEST_HEADING)
        for text in (cell.get("input", ""), cell.get("source", "")):
            if not isinstance(text, str) and not _is_lines(text):
                raise BadNotebook("%(where)s: its text should be a string or a list of strings.", where=here)


def _is_lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list) else value
