"""Positions are those of the npm package that the page uses, and there is always room between two."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebooks.collaboration.positions import BadPosition, check_position, position_between, positions_between

VECTORS = json.loads((Path(__file__).parents[2] / "messages" / "positions.json").read_text())

moves = st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=120)


def between(low, high):
    try:
        return position_between(low, high)
    except BadPosition:
        return None


@pytest.mark.parametrize(("low", "high", "expected"), VECTORS["between"])
def test_it_gives_what_the_page_gives(low, high, expected) -> None:
    assert between(low, high) == expected


@pytest.mark.parametrize(("low", "high", "count", "expected"), VECTORS["many"])
def test_it_gives_as_many_as_the_page_gives(low, high, count, expected) -> None:
    assert positions_between(low, high, count) == expected


@given(moves)
def test_wherever_one_inserts_the_order_is_kept(places) -> None:
    order: list[str] = []
    for place in places:
        at = int(place * (len(order) + 1))
        low = order[at - 1] if at else None
        high = order[at] if at < len(order) else None
        order.insert(at, position_between(low, high))
    assert order == sorted(set(order))
    for position in order:
        check_position(position)


@given(st.integers(0, 300), moves)
def test_many_at_once_lie_between_their_neighbours(count, places) -> None:
    low, high = "a0", "a1"
    for place in places:
        middle = position_between(low, high)
        low, high = (low, middle) if place < 0.5 else (middle, high)
    found = positions_between(low, high, count)
    assert [low, *found, high] == sorted({low, *found, high})


def test_a_thousand_cells_have_short_positions() -> None:
    assert max(map(len, positions_between(None, None, 1000))) == 3


@pytest.mark.parametrize("position", ["", "a", "a00", "0", "é", "b1", "A" + "0" * 26, "a0\n"])
def test_what_is_no_position_is_refused(position) -> None:
    with pytest.raises(BadPosition):
        position_between(position, None)
