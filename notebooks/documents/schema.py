"""Says in one sentence where a notebook breaks the schema of nbformat 4.5. Pure: no Django."""

from typing import Any

from nbformat.validator import get_validator, iter_validate

from notebooks.documents.cells import BadNotebook, Json
from notebooks.documents.sentences import Sentence, said

CELL_TYPES = ("code", "markdown", "raw")
EMPTY_CELL: Json = {"id": "x", "cell_type": "code", "metadata": {}, "source": "", "execution_count": None}
OUTPUT_TYPES = ("stream", "display_data", "execute_result", "error")


def check_schema(notebook: Json) -> None:
    """Raise BadNotebook if `notebook`, which is a dict of the shape of nbformat 4.5, is not valid."""
    if _is_valid(notebook):
        return
    for number, cell in enumerate(notebook["cells"], start=1):
        if not _is_valid_cell(cell):
            _check_cell(cell, number)
    _check({**notebook, "cells": []}, None, said("The notebook"))
    raise BadNotebook("The notebook does not follow the format that it says it has.")


def _is_valid(notebook: Json) -> bool:
    return not get_validator(4, 5).iter_errors(notebook)  # type: ignore[no-untyped-call]


def _is_valid_cell(cell: Json) -> bool:
    return _is_valid({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})


def _check_cell(cell: Json, number: int) -> None:
    for position, output in enumerate(cell.get("outputs", []), start=1):
        if not _is_valid_cell({**EMPTY_CELL, "outputs": [output]}):  # much quicker than saying what is wrong
            where = said("Cell %(cell)s, output %(output)s", cell=number, output=position)
            _check(output, output["output_type"], where)
    bare = {**cell, "outputs": []} if "outputs" in cell else cell
    _check(bare, f"{cell['cell_type']}_cell", said("Cell %(number)s", number=number))


def _check(part: Json, reference: str | None, where: Sentence) -> None:
    for problem in iter_validate(part, ref=reference, version=4, version_minor=5):  # type: ignore[no-untyped-call]
        raise BadNotebook("%(where)s: %(what)s.", where=where, what=_say(problem))


def _say(problem: Any) -> Sentence:
    path = " → ".join(f"“{step}”" if isinstance(step, str) else f"[{step + 1}]" for step in problem.absolute_path)
    value = repr(problem.instance)
    shown = value if len(value) <= 60 else value[:60] + "…"
    match problem.validator, problem.validator_value:
        case "required", names:
            missing = next(name for name in names if name not in problem.instance)
            sentence = said("“%(key)s” is missing", key=missing)
        case "type", wanted:
            kinds = wanted if isinstance(wanted, str) else " | ".join(wanted)
            sentence = said("%(value)s should be of the kind %(kinds)s", value=shown, kinds=kinds)
        case "enum", choices:
            named = ", ".join(map(str, choices))
            sentence = said("%(value)s should be one of %(choices)s", value=shown, choices=named)
        case "minimum", least:
            sentence = said("%(value)s should be %(least)s or more", value=shown, least=str(least))
        case _:
            sentence = said("%(value)s is not allowed here", value=shown)
    return said("%(where)s: %(what)s", where=path, what=sentence) if path else sentence
