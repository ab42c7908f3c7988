"""Fractional positions: strings between which there is always room for another. Pure.

The algorithm and its results are those of the npm package `fractional-indexing` with its default digits, which the page
uses; `tests/messages/positions.json` holds what it gave. A position is an integer part, whose first character says how
long it is (`a0` … `az`, `b00`, …, downwards `Zz`, …), and a fraction without trailing zeros.
"""

from itertools import takewhile

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HEADS = DIGITS[10:]
HALF = len(HEADS) // 2
SMALLEST = HEADS[0] + DIGITS[0] * HALF
FIRST = "a0"


class BadPosition(ValueError):
    """A string that is no position, or two that have nothing between them."""


def position_between(low: str | None, high: str | None) -> str:
    """A position after `low` and before `high`; None is the respective end."""
    for position in (low, high):
        if position is not None:
            check_position(position)
    if low is not None and high is not None and low >= high:
        raise BadPosition(f"{low} is not before {high}")
    if low is None:
        return FIRST if high is None else _before(high)
    return _after(low) if high is None else _inside(low, high)


def positions_between(low: str | None, high: str | None, count: int) -> list[str]:
    """`count` positions in rising order, spread evenly, so that all stay short."""
    if count == 0:
        return []
    if high is None:
        return _rising(low, count)
    if low is None:
        return _falling(high, count)
    middle = position_between(low, high)
    half = count // 2
    return [
        *positions_between(low, middle, half),
        middle,
        *positions_between(middle, high, count - half - 1),
    ]


def check_position(position: str) -> None:
    """Raise BadPosition unless `position` is one that this algorithm can give."""
    is_written_well = position != "" and position[0] in HEADS and all(digit in DIGITS for digit in position)
    if not is_written_well or position == SMALLEST or len(position) < _integer_length(position[0]):
        raise BadPosition(f"{position!r} is no position")
    if _split(position)[1].endswith(DIGITS[0]):
        raise BadPosition(f"{position!r} ends with a zero")


def _rising(low: str | None, count: int) -> list[str]:
    found: list[str] = []
    for _ in range(count):
        low = position_between(low, None)
        found.append(low)
    return found


def _falling(high: str, count: int) -> list[str]:
    found: list[str] = []
    for _ in range(count):
        high = position_between(None, high)
        found.append(high)
    return found[::-1]


def _before(high: str) -> str:
    integer, fraction = _split(high)
    if integer == SMALLEST:
        return integer + _midpoint("", fraction)
    if fraction:
        return integer
    lower = _step(integer, -1)
    assert lower is not None, "only the smallest integer has none below it"
    # The smallest integer alone is no position: nothing could come before it.
    return lower + _midpoint("", None) if lower == SMALLEST else lower


def _after(low: str) -> str:
    integer, fraction = _split(low)
    return _step(integer, 1) or integer + _midpoint(fraction, None)


def _inside(low: str, high: str) -> str:
    integer, fraction = _split(low)
    high_integer, high_fraction = _split(high)
    if integer == high_integer:
        return integer + _midpoint(fraction, high_fraction)
    above = _step(integer, 1)
    if above is None:
        raise BadPosition(f"nothing comes after {low}")
    return above if above < high else integer + _midpoint(fraction, None)


def _split(position: str) -> tuple[str, str]:
    length = _integer_length(position[0])
    return position[:length], position[length:]


def _integer_length(head: str) -> int:
    index = HEADS.index(head)
    return HALF - index + 1 if index < HALF else index - HALF + 2


def _step(integer: str, by: int) -> str | None:
    """The next integer part above (1) or below (-1); None when there is none."""
    head, digits = integer[0], integer[1:]
    turned, fresh = (DIGITS[-1], DIGITS[0]) if by > 0 else (DIGITS[0], DIGITS[-1])
    kept = digits.rstrip(turned)
    rest = fresh * (len(digits) - len(kept))
    if kept:
        return head + kept[:-1] + DIGITS[DIGITS.index(kept[-1]) + by] + rest
    index = HEADS.index(head) + by
    if not 0 <= index < len(HEADS):
        return None
    return HEADS[index] + fresh * (_integer_length(HEADS[index]) - 1)


def _midpoint(low: str, high: str | None) -> str:
    """The fraction half-way between two; `high` None stands for one."""
    if high is not None:
        padded = low.ljust(len(high), DIGITS[0])
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(padded, high, strict=False)))
        if shared:
            return high[:shared] + _midpoint(low[shared:], high[shared:])
    bottom = DIGITS.index(low[0]) if low else 0
    top = DIGITS.index(high[0]) if high is not None else len(DIGITS)
    if top - bottom > 1:
        return DIGITS[(bottom + top + 1) // 2]
    if high is not None and len(high) > 1:
        return high[0]
    return DIGITS[bottom] + _midpoint(low[1:], None)
