"""The shape of the shared document: what goes in comes out, and anything may be in it."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from notebooks.collaboration import ydoc
from notebooks.collaboration.ydoc import SeedCell, open_document, problems, read_document, seed_update

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 2) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
cells = st.builds(
    SeedCell,
    id=st.text("abcDEF019_-", min_size=1, max_size=64),
    cell_type=st.sampled_from(["code", "markdown", "raw"]),
    source=st.text(),
    metadata=st.dictionaries(st.text(), plain, max_size=3),
    attachments=st.none() | st.dictionaries(st.text(), plain, max_size=2),
    execution=st.none() | st.uuids().map(str),
)


def read(update):
    return read_document(open_document(update))


@given(st.dictionaries(st.text(), plain, max_size=3), st.lists(cells, max_size=6, unique_by=lambda cell: cell.id))
def test_what_is_seeded_is_read_back(metadata, seeds) -> None:
    update = seed_update(metadata, seeds)
    value = read(update)
    assert value.metadata == metadata
    for cell, seed in zip(value.cells, seeds, strict=True):
        assert (cell.id, cell.cell_type, cell.source) == (seed.id, seed.cell_type, seed.source)
        assert (cell.metadata, cell.attachments) == (seed.metadata, seed.attachments)
        assert cell.execution == seed.execution
    assert problems(open_document(update)) == []


def test_whole_numbers_stay_integers_and_large_ones_exact() -> None:
    metadata = {"a": 1, "b": 2**60 + 1, "c": [1.5, -0.0], "d": True}
    found = read(seed_update(metadata, [])).metadata
    assert found == metadata
    assert [type(found[key]) for key in "abd"] == [int, int, bool]


def test_what_a_document_cannot_hold_is_replaced() -> None:
    value = read(seed_update({"n": 10**30, "\ud800": "\udfff"}, [SeedCell("a", "code", "x\ud83dy\0\U0001f600")]))
    assert value.metadata == {"n": 1e30, "�": "�"}
    assert value.cells[0].source == "x�y\0\U0001f600"


def test_cells_are_ordered_by_position_and_then_by_id() -> None:
    doc = open_document(seed_update({}, [SeedCell(name, "code", "") for name in "cab"]))
    doc["cells"]["b"]["pos"] = doc["cells"]["c"]["pos"]
    assert [cell.id for cell in read_document(doc).cells] == ["b", "c", "a"]


def test_the_executions_shown_come_in_the_order_of_the_cells() -> None:
    first, second = uuid4(), uuid4()
    cells = [SeedCell("z", "code", "", execution=str(first)), SeedCell("b", "code", "", execution=str(second))]
    assert ydoc.runs_shown(read_document(open_document(seed_update({}, cells)))) == [first, second]


def cell_is_text(cells, meta) -> None:
    cells["x"] = "text"


def cell_is_array(cells, meta) -> None:
    cells["x"] = Array([1, 2])


def source_is_plain(cells, meta) -> None:
    cells["a"]["source"] = "plain"


def position_is_number(cells, meta) -> None:
    cells["a"]["pos"] = 7


def type_is_strange(cells, meta) -> None:
    cells["a"]["cell_type"] = "video"


def metadata_is_list(cells, meta) -> None:
    cells["a"]["metadata"] = [1]


def attachments_are_shared(cells, meta) -> None:
    cells["a"]["attachments"] = Map({"x": 1})


def execution_is_map(cells, meta) -> None:
    cells["a"]["execution"] = {"x": 1}


def notebook_metadata_is_shared(cells, meta) -> None:
    meta["k"] = Text("shared")


BREAKAGES = [
    cell_is_text,
    cell_is_array,
    source_is_plain,
    position_is_number,
    type_is_strange,
    metadata_is_list,
    attachments_are_shared,
    execution_is_map,
    notebook_metadata_is_shared,
]


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_reading_survives_what_others_write_and_the_schema_names_it(breakage) -> None:
    doc = open_document(seed_update({}, [SeedCell("a", "code", "1"), SeedCell("b", "markdown", "2")]))
    breakage(doc["cells"], doc["meta"])
    assert "b" in [cell.id for cell in read_document(doc).cells]
    assert len(problems(doc)) == 1


def test_a_root_that_does_not_belong_there_is_a_problem() -> None:
    doc = open_document(seed_update({}, []))
    other: Doc[Any] = Doc()
    other["else"] = Array([1])
    doc.apply_update(other.get_update())
    assert problems(doc) == ["There is no place for a root named 'else'."]
