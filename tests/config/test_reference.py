"""The configuration reference says what the code does, and all of it."""

import re
from pathlib import Path

import pytest

from config.reference import INTERNAL, REFERENCE, ROW, Variable, default_of, reference, variables

ROOT = Path(__file__).resolve().parents[2]
# Read in any way whatever; the reference finds them by the syntax tree.
READ = re.compile(r"""(?:env\.\w+|secret|environ(?:ment)?\.get)\(\s*"((?!DJANGO)[A-Z_]+)\"""")


def test_the_file_is_what_would_be_written_now() -> None:
    assert REFERENCE.read_text() == reference(REFERENCE.read_text()), "run: python -m config.reference"


def test_every_variable_that_is_read_is_told_and_nothing_else_is() -> None:
    paths = [path for folder in ("platform", "notebooks", "runtimes") for path in (ROOT / folder).rglob("*.py")]
    read = {name for path in paths for name in READ.findall(path.read_text())} - {"PATH", *INTERNAL}
    rows = ROW.findall(REFERENCE.read_text())
    told = {name for name, _, meaning in rows if meaning.strip()}
    assert len(rows) == len(told)
    assert len(told) > 80
    assert told == set(variables()) == read


def test_a_wrong_default_a_variable_that_is_gone_and_one_that_is_new_are_seen() -> None:
    text = "# Configuration\n\n| `TOMONI_WEB` | `9` | processes |\n| `TOMONI_GONE` | none | nothing |\n"
    written = reference(text)
    assert "| `TOMONI_WEB` | `1` | processes |" in written
    assert "TOMONI_GONE" not in written
    assert "## To be described" in written and "| `TOMONI_PORT` | `8000` |  |" in written


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TOMONI_X_BYTES", 12 * 2**30, "12 GiB"),
        ("TOMONI_X_BYTES", 64 * 2**10, "64 KiB"),
        ("TOMONI_X_SECONDS", 14 * 86_400, "`1209600` (14 days)"),
        ("TOMONI_X_SECONDS", 3600.0, "`3600` (1 hour)"),
        ("TOMONI_X_SECONDS", 4.5, "`4.5`"),
        ("TOMONI_X", True, "`true`"),
        ("TOMONI_X", ["a", "b"], "`a,b`"),
        ("TOMONI_X", "", "none"),
    ],
)
def test_defaults_are_written_for_people(name: str, value: object, said: str) -> None:
    assert default_of(Variable(name, "str", value)) == said
