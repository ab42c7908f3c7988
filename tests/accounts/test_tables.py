"""A spreadsheet that opens our tables runs nothing (P78)."""

import csv
import io

import pytest

from accounts.tables import csv_rows


@pytest.mark.parametrize("planted", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1"])
def test_p78_no_cell_begins_like_a_formula(planted):
    mark, *lines = csv_rows(["name"], [[planted]])
    [_header, [cell]] = csv.reader(io.StringIO("".join(lines), newline=""))
    assert mark == "\ufeff" and cell == f"'{planted}"


def test_other_values_are_as_they_were():
    lines = "".join(csv_rows(["a", "b", "c"], [['日本, "x"', -3, "a=b"]])).removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(lines))) == [["a", "b", "c"], ['日本, "x"', "-3", "a=b"]]
