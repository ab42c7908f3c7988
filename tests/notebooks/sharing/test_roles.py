"""Roles are ordered by what they may do."""

from itertools import pairwise

import pytest

from notebooks.sharing.roles import Role

ORDER = [Role.NONE, Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER]


def test_each_role_is_less_than_the_next() -> None:
    assert sorted(set(ORDER)) == ORDER
    for low, high in pairwise(ORDER):
        assert low < high and high > low and low <= high and high >= low
        assert not (high < low or low > high or high <= low or low >= high)


@pytest.mark.parametrize(
    ("right", "least"),
    [
        ("can_view", Role.VIEWER),
        ("can_comment", Role.COMMENTER),
        ("can_edit", Role.EDITOR),
        ("can_run", Role.EDITOR),
    ],
)
def test_a_right_comes_with_a_role_and_stays_with_those_above(right, least) -> None:
    assert [getattr(role, right) for role in ORDER] == [role >= least for role in ORDER]
