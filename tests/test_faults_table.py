"""docs/faults.md tells the truth: every test that it names exists, and every numbered test stands in its row."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
TABLE = ROOT / "docs" / "faults.md"
ROW = re.compile(r"\| P(\d+) \| (.+?) \| (.+) \|")
PLACE = re.compile(r"`([\w/.]+\.py)`: ((?:`test_\w+`(?:, )?)+)")
FRONT_END_PLACE = re.compile(r"`(frontend/[\w/.]+\.test\.ts)`: ((?:“[^”]+”(?:, )?)+)")

Named = set[tuple[str, str]]


@cache
def rows() -> dict[int, str]:
    """What covers each case, by its number."""
    found = [ROW.fullmatch(line) for line in TABLE.read_text().splitlines() if line.startswith("| P")]
    assert all(found), "a row that is none"
    return {int(row[1]): row[3] for row in found if row}


def named_in(cell: str) -> Named:
    return {(path, name) for path, names in PLACE.findall(cell) for name in re.findall(r"`(\w+)`", names)}


@cache
def our_tests() -> Named:
    """Every test function of ours, with its file."""
    return {
        (str(path.relative_to(TESTS)), node.name)
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def cases_of(name: str) -> list[int]:
    """The numbers in the name of a test: `test_p07_p08_…` is of two cases."""
    prefix = re.match(r"test_((?:p\d+_)*)", name)
    return [int(number) for number in re.findall(r"\d+", prefix[1])] if prefix else []


def test_there_are_a_hundred_cases_in_order() -> None:
    assert list(rows()) == list(range(1, 101))


def test_every_test_that_is_named_exists() -> None:
    named = set().union(*map(named_in, rows().values()))
    assert len(named) > 100
    assert named - our_tests() == set()


def test_every_test_of_the_front_end_that_is_named_exists() -> None:
    places = FRONT_END_PLACE.findall("\n".join(rows().values()))
    named = [(path, title) for path, titles in places for title in re.findall("“([^”]+)”", titles)]
    assert len(named) > 10
    assert [(path, title) for path, title in named if f'"{title}"' not in (ROOT / path).read_text()] == []


@pytest.mark.parametrize("case", range(1, 101))
def test_every_numbered_test_stands_in_its_row(case: int) -> None:
    numbered = {(path, name) for path, name in our_tests() if case in cases_of(name)}
    assert numbered - named_in(rows()[case]) == set()


def test_a_row_has_tests_or_says_that_it_has_none() -> None:
    for case, cell in rows().items():
        is_covered = bool(named_in(cell) or FRONT_END_PLACE.search(cell))
        assert is_covered != cell.startswith("*Not yet:*"), f"P{case:02}"


def test_nothing_in_a_row_escapes_these_checks() -> None:
    for case, cell in rows().items():
        mentioned = re.findall(r"`(test_\w+)`", cell)
        assert sorted(mentioned) == sorted(name for _, name in named_in(cell)), f"P{case:02}"
