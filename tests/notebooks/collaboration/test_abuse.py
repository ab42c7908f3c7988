"""P74, P75: what hostile pages send is capped or refused, stored nowhere, shown to nobody; the others go on."""

import asyncio
import contextlib
import random
import struct

import pytest
from pycrdt import Map
from websockets.exceptions import ConnectionClosed

from notebooks.collaboration.models import DocumentUpdate
from tests.notebooks.collaboration.pages import acommitted_text, in_thread, session_of, until
from tests.notebooks.collaboration.test_replica import BOMBS


async def test_p74_a_frame_of_a_hundred_megabytes_is_not_read(visits, bob) -> None:
    page = await visits.open(bob)
    page.socket.transport.write(b"\x82\xff" + struct.pack("!Q", 100 * 2**20) + b"\0" * 1000)
    assert await page.closed() == 1009


async def test_p74_ten_thousand_frames_a_second_end_the_socket(visits, ada, bob) -> None:
    owner, flooding = await visits.open(ada), await visits.open(bob)
    with contextlib.suppress(ConnectionClosed):
        for _ in range(10_000):
            await flooding.socket.send('{"type": "ping"}')
    assert await flooding.closed() == 4429
    await owner.type("calm")
    await owner.saved()


async def test_p74_two_hundred_frames_at_once_are_no_flood(visits, ada) -> None:
    page = await visits.open(ada)
    for number in range(200):
        await page.type(f"<{number}>")
    await page.saved()


async def test_p74_who_does_not_read_is_told_to_resync(visits, ada, bob) -> None:
    owner = await visits.open(ada)
    asleep = await visits.connect(await in_thread(session_of, bob), max_queue=1)
    await until(lambda: asleep.said)
    asleep._reading.cancel()
    for _ in range(24):
        owner.source.clear()
        await owner.type("x" * 1_000_000)
        await owner.saved()
    received = 0
    with pytest.raises(ConnectionClosed):
        while True:
            received += len(await asyncio.wait_for(asleep.socket.recv(), 10))
    assert asleep.close_code == 4409
    assert received < 20_000_000
    asleep._reading = asyncio.create_task(asyncio.sleep(0))
    assert owner.close_code is None


async def test_p75_bad_updates_are_refused_with_their_count_and_nobody_else_sees_them(visits, ada, bob) -> None:
    owner = await visits.open(ada)
    for what, bomb in list(BOMBS.items())[:8]:
        hostile = await visits.open(bob)
        await hostile.send_update(bomb)
        await until(lambda: hostile.of_type("refused"), what=what)  # noqa: B023
        assert [frame["count"] for frame in hostile.of_type("refused")] == [1]
        await hostile.type(".")
        await hostile.saved()
        await hostile.leave()
    await until(lambda: owner.text == "." * 8)
    assert await in_thread(DocumentUpdate.objects.count) == 8


@pytest.mark.parametrize("frame", [b"", b"\0", b"\x05", b"\0\x07\x01a", b"\x01\xff", b"\0\0\x02\x01", b"\xff" * 30])
async def test_p75_binary_frames_that_are_none_are_refused(visits, ada, frame) -> None:
    page = await visits.open(ada)
    await page.socket.send(frame)
    await until(lambda: page.of_type("refused"))
    await page.type("fine")
    await page.saved()


async def test_p75_what_spoils_the_replica_takes_nothing_else_with_it(visits, ada, bob) -> None:
    owner, hostile = await visits.open(ada), await visits.open(bob)
    hostile.cells["evil"] = Map({"id": "evil"})
    (bad,) = hostile.take_edits()
    await asyncio.gather(owner.type("before "), hostile.send_update(bad), owner.type("after"))
    await owner.saved()
    await until(lambda: hostile.of_type("refused"))
    late = await visits.open(ada)
    assert late.text == owner.text == "before after"
    assert list(late.cells.keys()) == list(owner.cells.keys()) != list(hostile.cells.keys())


async def test_p75_many_bad_updates_end_the_socket(visits, ada, bob) -> None:
    hostile = await visits.open(bob)
    with contextlib.suppress(ConnectionClosed):
        for _ in range(100):
            await hostile.send_update(b"\xff\xff")
    assert await hostile.closed() == 4429


async def test_p16_frames_that_were_swapped_are_asked_for_again(visits, ada, notebook) -> None:
    page = await visits.open(ada)
    source = page.source
    source += "first "
    source += "second"
    first, second = page.take_edits()
    await page.send_update(second)
    await page.send_update(first)
    await until(lambda: page.of_type("refused"))
    await page.answer()
    await page.saved()
    assert (await visits.open(ada)).text == "first second"


async def test_p16_frames_that_are_doubled_swapped_and_replayed_change_nothing_twice(
    visits, ada, bob, notebook
) -> None:
    page, other, chance = await visits.open(ada), await visits.open(bob), random.Random(16)
    updates: list[bytes] = []
    for number in range(40):
        source = page.source
        source += f"<{number}>"
        updates += (made := page.take_edits())
        sent = made * chance.choice([1, 2]) + ([updates[-2]] if number % 5 == 4 else [])
        if number % 8 == 7:  # this one overtakes the one before, which a page then brings when it is asked
            source += "!"
            sent = page.take_edits() + sent
            updates.append(sent[0])
        for update in sent:
            await page.send_update(update)
        if number % 8 == 7:
            await until(lambda: len(page.of_type("refused")) == (number + 1) // 8)  # noqa: B023
            await page.answer()
            await page.saved()
    again = await visits.open(ada)
    for update in updates:  # as if somebody had recorded the connection
        await again.send_update(update)
    await again.saved()
    expected = "".join(f"<{number}>" + "!" * (number % 8 == 7) for number in range(40))
    await until(lambda: other.text == expected)
    assert await acommitted_text(notebook) == again.text == expected


async def test_a_page_that_is_silent_for_too_long_is_given_up(visits, ada, bob, settings, quick) -> None:
    settings.TOMONI_SILENCE_SECONDS = 1.0
    alive, silent = await visits.open(ada), await visits.open(bob)
    while silent.close_code is None:
        await alive.socket.send('{"type": "ping"}')
        await asyncio.sleep(0.1)
    assert silent.close_code == 4409
    assert alive.close_code is None


async def test_p02_sockets_of_a_server_that_stops_are_closed_with_1012(visits, process, ada) -> None:
    page = await visits.open(ada)
    await process.stop()
    assert await page.closed() == 1012
