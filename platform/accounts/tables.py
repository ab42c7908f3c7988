"""Tables as files."""

import csv
from collections.abc import Iterable, Iterator, Sequence

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """What csv writes to; it hands the line back."""

    def write(self, line: str) -> str:
        return line


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file, with the mark by which Excel knows UTF-8.

    What people wrote is no formula: a spreadsheet would run one that begins with a sign, so such a cell gets an
    apostrophe in front (OWASP, "CSV injection").
    """
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def harmless(value: object) -> object:
    """A number as it is, a text so that it is taken for text."""
    if isinstance(value, str) and value.lstrip(" \n").startswith(STARTS_FORMULA):
        return f"'{value}"
    return value
