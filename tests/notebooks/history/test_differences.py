"""What differs is said cell by cell, line by line and word by word; a cell keeps its identity wherever it goes."""

from hypothesis import given
from hypothesis import strategies as st

from notebooks.collaboration.ydoc import CellValue, DocumentValue
from notebooks.history.differences import compare_documents, compare_lines, compare_settings


def cell(identity, source="", kind="code", execution=None, **metadata):
    return CellValue(identity, "a0", kind, source, metadata, None, execution)


def compare(before, after):
    return compare_documents(DocumentValue({}, before), DocumentValue({}, after), lambda one, other: one == other)


def told(differences):
    """Each cell's id and what is said of it."""
    return [
        (
            (one.after or one.before).id,
            "gone" if not one.after else "new" if not one.before else "",
            "changed" if one.is_changed and one.before and one.after else "",
            "moved" if one.is_moved else "",
            "results" if one.has_other_results and one.before and one.after else "",
        )
        for one in differences
    ]


def said(lines):
    return ["".join({"same": " ", "removed": "-", "added": "+"}[line.kind]) + text_of(line) for line in lines]


def text_of(line):
    return "".join(f"[{part.text}]" if part.is_new else part.text for part in line.parts)


def test_cells_that_came_went_and_changed() -> None:
    before = [cell("a", "1"), cell("b", "import numpy"), cell("c", "old"), cell("d", "3", execution="r1")]
    after = [cell("a", "1"), cell("c", "new"), cell("n", "plot(x, y)"), cell("d", "3", execution="r2")]

    assert told(compare(before, after)) == [
        ("a", "", "", "", ""),
        ("b", "gone", "", "", ""),
        ("c", "", "changed", "", ""),
        ("n", "new", "", "", ""),
        ("d", "", "", "", "results"),
    ]


def test_a_cell_that_moved_is_one_cell_and_the_others_have_not_moved() -> None:
    before = [cell(name, name) for name in "abcdef"]
    after = [cell(name, name + ("!" if name == "b" else "")) for name in "acdebf"]

    moved = compare(before, after)

    assert [one for one in told(moved) if any(one[1:])] == [("b", "", "changed", "moved", "")]
    [b] = [one for one in moved if one.is_moved]
    assert (b.before.number, b.after.number) == (2, 5)


def test_a_cell_that_was_cut_and_pasted_is_recognised() -> None:
    source = "for row in table:\n    print(row)\n"
    [one] = compare([cell("a", source)], [cell("z", source)])
    assert (one.before.id, one.after.id, one.is_changed) == ("a", "z", False)


def test_cells_that_were_removed_stand_where_they_were() -> None:
    before = [cell(name, name * 20) for name in "abcde"]
    assert [one[0] for one in told(compare(before, [before[1], before[4]]))] == list("abcde")


def test_the_words_that_changed_are_marked() -> None:
    lines = compare_lines("import os\nx = old_name + 1\nend", "import os\nx = new_name + 1\nprint(x)\nend")
    assert said(lines) == [
        " import os",
        "-x = [old_name] + 1",
        "+x = [new_name] + 1",
        "+[print(x)]",
        " end",
    ]


def test_a_line_in_which_somebody_went_on_writing_is_one_line() -> None:
    lines = compare_lines("total\nend", "total = sum(prices) * (1 + tax)\nend")
    assert said(lines) == ["-total", "+total[ = sum(prices) * (1 + tax)]", " end"]


def test_settings_of_a_cell_count_as_a_change() -> None:
    assert told(compare([cell("a")], [cell("a", tags=["x"])])) == [("a", "", "changed", "", "")]


def without(lines, kind):
    return "\n".join("".join(part.text for part in line.parts) for line in lines if line.kind != kind)


@given(st.text(alphabet="ab \n🙂", max_size=80), st.text(alphabet="ab \n🙂", max_size=80))
def test_both_texts_can_be_read_from_the_difference(before, after) -> None:
    lines = compare_lines(before, after)
    assert without(lines, "added") == before
    assert without(lines, "removed") == after


@given(st.permutations(list("abcdefgh")), st.sets(st.sampled_from("abcdefgh")), st.sets(st.sampled_from("xyz")))
def test_every_cell_of_both_sides_is_told_of_once(order, removed, added) -> None:
    before = [cell(name, name * 30) for name in "abcdefgh"]
    after = [cell(name, name * 30) for name in [*order, *sorted(added)] if name not in removed]

    found = compare(before, after)

    assert sorted(one.before.id for one in found if one.before) == list("abcdefgh")
    assert [one.after.id for one in found if one.after] == [one.id for one in after]
    assert {one.before.id for one in found if not one.after} == removed


def test_large_notebooks_and_long_cells_are_compared_too() -> None:
    before = [cell(f"c{place}", f"x = {place}\n" * 10) for place in range(2_000)]
    after = [cell(f"n{place}", f"x = {place}\n" * 10) for place in range(2_000, 0, -1)]
    assert len(compare(before, after)) == 4_000
    long = "\n".join(str(number % 50) for number in range(5_000))
    assert any(line.kind == "same" for line in compare_lines(long, long.replace("7", "8")))


def test_settings_that_differ_are_said_line_by_line() -> None:
    before = {"kernelspec": {"name": "python3"}, "colab": {"sections": ["a", "b"]}, "accelerator": "GPU", "same": 1}
    after = {"kernelspec": {"name": "ir"}, "colab": {"sections": ["a"], "empty": {}}, "same": 1}

    assert said(compare_settings(before, after)) == [
        '-[accelerator = "GPU"]',
        "+[colab.empty = {}]",
        '-[colab.sections[1] = "b"]',
        '-[kernelspec.name = "python3"]',
        '+[kernelspec.name = "ir"]',
    ]
    assert compare_settings(after, after) == []


def test_settings_of_a_cell_are_said_and_long_ones_are_cut() -> None:
    [one] = compare([cell("a", "x")], [cell("a", "x", "markdown", cellView="form", widgets="日" * 1_000)])

    assert one.is_changed
    assert said(one.settings)[:3] == ['+[cellView = "form"]', '-[cell_type = "code"]', '+[cell_type = "markdown"]']
    assert said(one.settings)[3] == f'+[widgets = "{"日" * 199}…]'
    assert len(compare_settings({}, {str(n): n for n in range(9_999)})) == 200
