"""A document is edited until it says what it said once, and no more than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Map

from notebooks.collaboration import ydoc
from notebooks.collaboration.rewriting import rewrite, text_edits

TEXTS = st.text(alphabet=st.sampled_from("ab\n🙂日é👨‍👩‍👧 "), max_size=60)


def document(*sources: str):
    cells = [ydoc.SeedCell(f"cell{place}", "code", source, {"tags": [place]}) for place, source in enumerate(sources)]
    return ydoc.open_document(ydoc.seed_update({"kernel": "python"}, cells))


def sources(doc) -> list[str]:
    return [cell.source for cell in ydoc.read_document(doc).cells]


@given(TEXTS, TEXTS)
def test_any_text_becomes_any_other(before, after) -> None:
    doc = document(before)
    wanted = ydoc.read_document(document(after))
    update = rewrite(doc, wanted)

    assert sources(doc) == [after]
    assert (update is None) == (before == after)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_a_restore_and_typing_meanwhile_merge(before, after, typed, more) -> None:
    """What was typed is there, once and whole, whatever the text around it becomes."""
    doc = document(before)
    other = ydoc.open_document(doc.get_update())
    text = other.get("cells", type=Map)["cell0"]["source"]
    text += f"<{typed}|{more}>"
    rewrite(doc, ydoc.read_document(document(after)))
    doc.apply_update(other.get_update())

    [text] = sources(doc)
    assert text.count(f"<{typed}|{more}>") == 1
    assert text.replace(f"<{typed}|{more}>", "") == after


def test_only_what_differs_is_touched() -> None:
    assert text_edits("one two three", "one 2 three") == [(4, 7, "2")]
    assert text_edits("a\nb\nc\n", "a\nc\nd\n") == [(6, 6, "d\n"), (2, 4, "")]


@pytest.mark.parametrize("lines", [5_000])
def test_long_texts_of_equal_lines_take_no_time(lines) -> None:
    before, after = "x\n" * lines + "end", "y\n" + "x\n" * (lines - 7) + "END"
    doc = document(before)
    rewrite(doc, ydoc.read_document(document(after)))
    assert sources(doc) == [after]


def test_cells_come_back_go_and_move_to_their_places() -> None:
    doc = document("a", "b", "c")
    wanted = ydoc.read_document(doc)
    cells = doc.get("cells", type=Map)
    del cells["cell1"]
    cells["cell0"]["pos"] = "z"
    cells["cell0"]["metadata"]["tags"] = ["other"]
    cells["new"] = ydoc.new_cell(ydoc.CellValue("new", "a9", "markdown", "new", {}, None, None))
    doc.get("meta", type=Map)["kernel"] = "r"

    rewrite(doc, wanted)

    assert ydoc.read_document(doc) == wanted
    assert rewrite(doc, wanted) is None


def test_one_cell_alone_comes_back() -> None:
    doc = document("a", "b", "c")
    wanted = ydoc.read_document(doc)
    cells = doc.get("cells", type=Map)
    del cells["cell1"]
    text = cells["cell2"]["source"]
    text += "!"
    rewrite(doc, wanted, {"cell1"})

    assert sources(doc) == ["a", "b", "c!"]
