"""P45: ids that cannot stay are replaced once, and said; all others stay."""

import json

import pytest

from notebooks.documents.cells import VALID_ID
from notebooks.documents.ipynb import read_ipynb, write_ipynb
from tests.notebooks.documents.files import code, file_of

IDS = {
    "missing": (..., "were given one"),
    "null": (None, "were given one"),
    "empty": ("", "were replaced"),
    "over-long": ("x" * 65, "were replaced"),
    "strange": ("a b", "were replaced"),
    "of a wrong kind": (["a"], "were replaced"),
    "duplicate": ("first", "were given a new one"),
}


@pytest.mark.parametrize(("identity", "notice"), IDS.values(), ids=IDS)
def test_p45_a_bad_id_is_repaired_once_and_stable_afterwards(identity, notice) -> None:
    imported = read_ipynb(file_of(code("1", id="first"), code("2", id=identity), code("3", id="last")))

    first, repaired, last = (cell.id for cell in imported.cells)
    assert (first, last) == ("first", "last")
    assert VALID_ID.fullmatch(repaired) and repaired not in {"first", "last"}
    [sentence] = [notice.say() for notice in imported.notices]
    assert notice in sentence and "(cell 2)" in sentence

    again = read_ipynb(write_ipynb(imported.metadata, imported.cells))
    assert [cell.id for cell in again.cells] == ["first", repaired, "last"]
    assert again.notices == []


def test_p45_the_id_that_colab_keeps_in_the_metadata_is_used_and_kept() -> None:
    raw = file_of(code(id=..., metadata={"id": "xYz-1"}), code(id="own", metadata={"id": "b"}), nbformat_minor=0)

    imported = read_ipynb(raw)

    assert [cell.id for cell in imported.cells] == ["xYz-1", "own"]
    assert imported.cells[0].metadata == {"id": "xYz-1"}
    assert imported.notices == []


def test_p45_an_id_of_ones_own_counts_more_than_colabs_of_another_cell() -> None:
    imported = read_ipynb(file_of(code("a", id=..., metadata={"id": "b"}), code("b", id="b")))

    assert imported.cells[1].id == "b"
    assert imported.cells[0].id != "b"


def test_p45_cells_of_a_document_with_equal_ids_are_written_with_different_ones() -> None:
    [cell] = read_ipynb(file_of(code())).cells

    written = json.loads(write_ipynb({}, [cell, cell]))

    assert written["cells"][0]["id"] != written["cells"][1]["id"]
