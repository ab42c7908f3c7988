"""Files for tests: made by hand in a line, or real notebooks by other people where their folder is there."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4.rwbase import rejoin_lines

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "notebooks"
REAL = sorted(FOLDER.glob("*/*.ipynb"))
INVALID = {"invalid", "v4_5_invalid_metadata", "test3_no_worksheets", "test3_worksheet_with_no_cells"}
VALID = [path for path in REAL if path.stem not in INVALID]

needs_real_notebooks = pytest.mark.skipif(not REAL, reason="needs the notebooks of ../shared/notebooks")


def named(paths: list[Path]) -> Any:
    return [pytest.param(path, id=path.stem) for path in paths] or [
        pytest.param(None, id="none", marks=needs_real_notebooks)
    ]


def file_of(*cells: dict[str, Any], **others: Any) -> bytes:
    """A format 4.5 file with these cells."""
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | others
    return json.dumps({key: value for key, value in notebook.items() if value is not ...}).encode()


def code(source: Any = "", *outputs: dict[str, Any], **others: Any) -> dict[str, Any]:
    made = {"id": "c", "cell_type": "code", "source": source, "metadata": {}, "outputs": list(outputs)}
    made |= {"execution_count": None} | others
    return {key: value for key, value in made.items() if value is not ...}


def stream(text: Any = "out\n", **others: Any) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text} | others


def comparable(raw: bytes) -> tuple[Any, list[Any]]:
    """Metadata and cells of a format 4 file as nbformat reads them, without ids, which older formats do not have."""
    notebook = rejoin_lines(nbformat.from_dict(json.loads(raw)))
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in notebook.cells]
    return notebook.metadata, cells
