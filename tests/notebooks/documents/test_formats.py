"""Every version of the format is read, and what comes in goes out again."""

import json

import nbformat
import pytest

from notebooks.documents.ipynb import read_ipynb, write_ipynb
from tests.notebooks.documents.files import VALID, code, comparable, file_of, named, needs_real_notebooks, stream

PLUS = "test4plus"  # format 4.99: what it has beyond 4.5 has a test of its own


def round_trip(raw: bytes) -> bytes:
    imported = read_ipynb(raw)
    return write_ipynb(imported.metadata, imported.cells)


@needs_real_notebooks
@pytest.mark.parametrize("path", named([path for path in VALID if path.stem != PLUS]))
def test_p46_a_real_file_comes_out_as_it_went_in(path) -> None:
    raw = path.read_bytes()

    written = round_trip(raw)

    nbformat.validate(json.loads(written))
    if json.loads(raw)["nbformat"] == 4:
        assert comparable(written) == comparable(raw)


@needs_real_notebooks
@pytest.mark.parametrize("path", named(VALID))
def test_p46_a_second_round_trip_changes_no_byte(path) -> None:
    written = round_trip(path.read_bytes())

    assert round_trip(written) == written


def test_p41_format_1_is_read() -> None:
    old = {"cells": [{"cell_type": "code", "code": "a = 1", "prompt_number": 3}, {"cell_type": "text", "text": "Hi"}]}

    imported = read_ipynb(json.dumps(old).encode())

    assert [(cell.cell_type, cell.source, cell.count) for cell in imported.cells] == [
        ("code", "a = 1", 3),
        ("markdown", "Hi", None),
    ]
    assert imported.is_upgraded


def test_p41_format_3_keeps_headings_outputs_and_counts() -> None:
    outputs = [
        {"output_type": "stream", "stream": "stderr", "text": ["a\n", "b"]},
        {"output_type": "pyout", "prompt_number": 7, "png": "iVBO", "text": "<Figure>", "metadata": {}},
        {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": ["t"]},
    ]
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Title", "metadata": {}},
        {"cell_type": "code", "input": ["x\n", "y"], "prompt_number": 7, "outputs": outputs, "language": "python"},
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}

    heading, cell = read_ipynb(json.dumps(old).encode()).cells

    assert (heading.cell_type, heading.source) == ("markdown", "## Title")
    assert (cell.source, cell.count) == ("x\ny", 7)
    assert [output["output_type"] for output in cell.outputs] == ["stream", "execute_result", "error"]
    assert cell.outputs[0] == {"output_type": "stream", "name": "stderr", "text": "a\nb"}
    assert cell.outputs[1]["data"] == {"image/png": "iVBO", "text/plain": "<Figure>"}


@needs_real_notebooks
def test_p41_a_newer_minor_version_is_read_and_what_is_new_in_it_is_named() -> None:
    [path] = [path for path in VALID if path.stem == PLUS]

    imported = read_ipynb(path.read_bytes())

    assert len(imported.cells) == 11
    assert imported.cells[9].cell_type == "raw" and "future cell" in imported.cells[9].source
    assert "4.99" in imported.notices[0].say()
    nbformat.validate(json.loads(round_trip(path.read_bytes())))


def test_lists_of_lines_are_joined_but_json_lists_are_not() -> None:
    data = {"text/plain": ["a\n", "b"], "application/json": ["a", "b"], "application/vnd.x+json": ["c"]}
    display = {"output_type": "display_data", "data": data, "metadata": {}}

    [cell] = read_ipynb(file_of(code(["x\n", "y"], stream(["1\n", "2"]), display))).cells

    assert cell.source == "x\ny"
    assert cell.outputs[0]["text"] == "1\n2"
    assert cell.outputs[1]["data"] == data | {"text/plain": "a\nb"}


def test_p46_attachments_and_raw_cells_are_kept() -> None:
    attached = {"cell_type": "markdown", "source": "![](a.png)", "metadata": {}, "id": "m"}
    attached["attachments"] = {"a.png": {"image/png": "iVBO"}}
    raw = {"cell_type": "raw", "source": "<b>", "metadata": {"format": "text/html"}, "id": "r"}

    written = json.loads(round_trip(file_of(attached, raw)))

    assert written["cells"][0]["attachments"] == attached["attachments"]
    assert written["cells"][1]["metadata"] == {"format": "text/html"}


def test_the_file_is_written_as_jupyter_writes_it() -> None:
    raw = file_of(code("a\nb", stream("日本\n")), metadata={"z": 1, "a": 2})

    theirs = nbformat.writes(nbformat.reads(raw.decode(), as_version=4), version=4)

    assert round_trip(raw).decode() == theirs + "\n"


def test_p37_a_lone_surrogate_in_an_output_survives() -> None:
    written = round_trip(file_of(code("", stream("\ud83d!"))))

    assert json.loads(written)["cells"][0]["outputs"][0]["text"] == ["\ud83d!"]
