"""The spool keeps each frame, in memory or on disk, until it is acknowledged."""

import asyncio
import errno
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtimes.agent.spool import FRAME, Spool, cut


@pytest.fixture
def spool(tmp_path):
    spool = Spool(tmp_path, in_memory=1000, bound=5000)
    yield spool
    spool.close()


def body(number, size=100):
    return json.dumps({"type": "test", "value": number, "padding": "x" * size})


def value(frame):
    return json.loads(frame)["value"]


def test_frames_are_numbered_from_one(spool):
    spool.add(body(1))
    spool.add(body(2))

    assert [json.loads(spool.frame(number))["n"] for number in (1, 2)] == [1, 2]
    assert (spool.first, spool.last) == (1, 2)


def test_what_does_not_fit_in_memory_is_read_from_disk_in_order(spool):
    for number in range(1, 41):
        spool.add(body(number))

    assert spool._on_disk > 25
    assert [value(spool.frame(number)) for number in range(1, 41)] == list(range(1, 41))


def test_what_is_acknowledged_is_forgotten_and_its_room_given_back(spool):
    for number in range(1, 41):
        spool.add(body(number))
    spool.acknowledge(30)
    assert (spool.first, spool.last) == (31, 40)
    assert value(spool.frame(31)) == 31

    spool.acknowledge(40)
    assert spool.size == 0
    assert os.fstat(spool._file.fileno()).st_size == 0
    spool.add(body(41))
    assert value(spool.frame(41)) == 41


def test_acknowledging_twice_or_an_old_number_does_no_harm(spool):
    spool.add(body(1))
    spool.add(body(2))
    for number in (1, 1, 0):
        spool.acknowledge(number)

    assert (spool.first, value(spool.frame(2))) == (2, 2)


def test_a_full_disk_loses_nothing(spool, monkeypatch):
    def no_space(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", no_space)
    for number in range(1, 41):
        spool.add(body(number))

    assert [value(spool.frame(number)) for number in range(1, 41)] == list(range(1, 41))


async def test_room_is_given_by_acknowledging(spool):
    while spool.has_room():
        spool.add(body(0))
    waiting = asyncio.create_task(spool.room())
    await asyncio.sleep(0)
    assert not waiting.done()

    spool.acknowledge(spool.last)
    await asyncio.wait_for(waiting, 1)


async def test_a_window_is_narrower_than_the_spool(spool):
    spool.add(body(1, 2000))
    assert spool.has_room()

    spool.limit(1500)
    assert not spool.has_room()
    spool.limit(None)
    await asyncio.wait_for(spool.room(), 1)


@given(st.text(max_size=300), st.integers(min_value=0, max_value=3))
def test_a_frame_cut_in_parts_is_whole_again(text, repeats):
    whole = json.dumps({"type": "message", "value": text * (repeats * 3000)})
    parts = list(cut(whole))

    assert all(len(part) <= FRAME + 64 for part in parts)
    if len(whole) <= FRAME:
        assert parts == [whole]
        return
    read = [json.loads(part) for part in parts]
    assert "".join(part["data"] for part in read) == whole
    assert [part["more"] for part in read] == [True] * (len(read) - 1) + [False]
