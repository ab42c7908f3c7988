"""The agent's own clock, which counts the time that its host slept."""

import asyncio

import pytest

from runtimes.agent.__main__ import awake_or_asleep, pass_time


class Clock:
    """Goes on by itself only as far as one says."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


async def test_p92_the_hours_that_the_host_slept_count():
    clock = Clock()
    passing = asyncio.create_task(pass_time(12 * 3600, clock, every=0.01))
    await asyncio.sleep(0.1)
    clock.now += 12 * 3600 - 1
    await asyncio.sleep(0.1)
    assert not passing.done()

    clock.now += 1
    await asyncio.wait_for(passing, 5)


async def test_a_lifetime_that_is_over_has_passed():
    await asyncio.wait_for(pass_time(-5.0), 5)


async def test_by_the_real_clock_it_takes_as_long_as_it_says():
    begun = awake_or_asleep()
    await pass_time(0.2, every=0.05)
    assert awake_or_asleep() - begun == pytest.approx(0.2, abs=5)
    assert awake_or_asleep() - begun >= 0.2
