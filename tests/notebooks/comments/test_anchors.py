"""Anchors are what Yjs writes, and nothing else."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Assoc, Doc, Map, Text

from notebooks.comments.anchors import BadAnchor, check_position


def position(text: "Text", index: int, side: Assoc) -> str:
    return base64.b64encode(text.sticky_index(index, side).encode()).decode()


@pytest.mark.parametrize(("index", "side"), [(0, Assoc.AFTER), (3, Assoc.AFTER), (10, Assoc.BEFORE)])
def test_what_yjs_writes_is_taken(index, side) -> None:
    doc: Doc[Any] = Doc()
    cells = doc.get("cells", type=Map)
    cells["a"] = Text("héllo😀")

    check_position(position(cells["a"], index, side))


@pytest.mark.parametrize("encoded", ["", "AA", "A", "AQNhYmMA", "AMXnncgPAwI=", "AMXnncgPAwAA", "é", "AA==", "A" * 65])
def test_what_is_none_is_refused(encoded) -> None:
    with pytest.raises(BadAnchor):
        check_position(encoded)


@given(st.binary(max_size=48))
def test_any_bytes_are_taken_or_refused(raw) -> None:
    try:
        check_position(base64.b64encode(raw).decode())
    except BadAnchor:
        return
    assert raw[0] in (0, 2)
