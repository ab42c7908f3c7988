"""Bars of days, as figures that a template draws. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its place and height in the drawing, and its value in words."""

    x: float
    y: float
    width: float
    height: float
    day: date
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A title, the sum and the highest value in words, and the bars."""

    title: str
    total: str
    most: str
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT


def chart(title: str, first: date, days: int, values: Mapping[date, float]) -> Chart:
    """The values of `days` days from `first` on; a day without one counts as zero."""
    row = [(first + timedelta(days=number), values.get(first + timedelta(days=number), 0)) for number in range(days)]
    most = max((value for _day, value in row), default=0)
    step = WIDTH / max(1, days)
    bars = tuple(
        Bar(number * step, HEIGHT - height, max(1.0, step * 0.8), height, day, words(value))
        for number, (day, value) in enumerate(row)
        for height in [HEIGHT * value / most if most else 0]
    )
    return Chart(title, words(sum(value for _day, value in row)), words(most), bars)


def words(value: float) -> str:
    """A whole number as one, another with one digit."""
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:,.1f}"
