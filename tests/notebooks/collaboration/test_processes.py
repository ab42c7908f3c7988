"""Several web processes have a notebook open: they agree, with Redis, without it, and after it comes back."""

import asyncio
import signal

import pytest
import redis.asyncio

from notebooks.collaboration import store
from notebooks.sharing.services import set_shares
from tests.notebooks.collaboration.pages import acommitted_text, in_thread, until

pytestmark = pytest.mark.usefixtures("quick")


async def both(visits, another_process, ada, bob):
    return await visits.open(ada), await visits.open(bob, to=another_process)


async def test_an_edit_reaches_the_other_process_by_a_hint(settings, visits, another_process, ada, bob) -> None:
    settings.TOMONI_ROOM_BEAT_SECONDS = 60
    one, other = await both(visits, another_process, ada, bob)
    await one.type("over there")
    await until(lambda: other.text == "over there")
    await other.type(" and back")
    await until(lambda: one.text == "over there and back")


async def test_a_hint_too_large_for_redis_is_read_from_the_log(settings, visits, another_process, ada, bob) -> None:
    settings.TOMONI_ROOM_BEAT_SECONDS = 60
    one, other = await both(visits, another_process, ada, bob)
    await one.type("x" * 200_000)
    await until(lambda: len(other.text) == 200_000)


async def test_edits_in_both_at_once_converge(visits, another_process, ada, bob, notebook) -> None:
    one, other = await both(visits, another_process, ada, bob)
    for number in range(40):
        await asyncio.gather(one.type(f"<a{number}>"), other.type(f"<b{number}>"))
    await one.saved()
    await other.saved()
    await until(lambda: one.text.count(">") == other.text.count(">") == 80)
    assert one.text == other.text == await acommitted_text(notebook)


async def test_what_another_process_committed_unheard_is_found_when_an_edit_builds_on_it(
    settings, visits, ada, notebook
) -> None:
    settings.TOMONI_ROOM_BEAT_SECONDS = 60
    page = await visits.open(ada)
    source = page.source
    source += "through another process, "
    (update,) = page.take_edits()
    await in_thread(store.append, notebook.pk, 1, [(update, ada.pk)])
    await page.type("and through this one")
    await page.saved()
    assert not page.of_type("refused")
    assert await acommitted_text(notebook) == "through another process, and through this one"


async def test_p24_flushall_loses_nothing(visits, another_process, ada, bob, settings) -> None:
    one, other = await both(visits, another_process, ada, bob)
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
    await client.flushall()
    await client.aclose()
    await one.type("after")
    await until(lambda: other.text == "after")


async def test_p03_typing_goes_on_while_redis_hangs(redis_of_my_own, visits, another_process, ada, bob) -> None:
    one, other = await both(visits, another_process, ada, bob)
    redis_of_my_own.process.send_signal(signal.SIGSTOP)
    try:
        await one.type("no hint came")
        await one.saved()
        await until(lambda: other.text == "no hint came")
    finally:
        redis_of_my_own.process.send_signal(signal.SIGCONT)
    await other.type(", and later one did")
    await until(lambda: one.text == "no hint came, and later one did")


async def test_p03_typing_goes_on_while_redis_is_dead_and_after(
    redis_of_my_own, visits, another_process, ada, bob, vera, notebook
) -> None:
    one, other = await both(visits, another_process, ada, bob)
    redis_of_my_own.kill()
    await one.type("dead ")
    await one.saved()
    await until(lambda: other.text == "dead ")
    late = await visits.open(vera, to=another_process)
    assert late.text == "dead "
    await in_thread(set_shares, notebook, {vera.email: "viewer"})
    assert await other.closed() == 4404
    redis_of_my_own.start()
    again = await visits.open(ada, to=another_process)
    await again.type("alive")
    await until(lambda: one.text == late.text == "dead alive")
    assert one.close_code is late.close_code is None
