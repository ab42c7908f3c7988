"""A reader that is slow slows the code down; nothing is dropped and nothing piles up."""

import asyncio

LINE = "x" * 79


async def test_a_slow_reader_loses_none_of_two_hundred_thousand_lines(start_agent, platform_end):
    platform_end.window = 1024 * 1024
    platform_end.pause = 0.01
    await start_agent()
    await platform_end.state("idle")

    story = await platform_end.run(f"for i in range(200_000): print('{LINE}')", within=120)

    assert story.text() == (LINE + "\n") * 200_000


SLOW_SENDER = """
import sys, time
send = sys.stdout._flush
def send_slowly():
    time.sleep(1.5)
    send()
sys.stdout._flush, sys.stdout.flush_timeout = send_slowly, 1.0
print("x" * 60_000)
"""


async def test_a_run_ends_behind_its_output_however_slowly_that_is_taken(agent, platform_end):
    story = await platform_end.run(SLOW_SENDER, within=60)

    assert len(story.text()) == 60_001


async def test_p28_a_million_lines(agent, platform_end):
    story = await platform_end.run("for i in range(10**6): print(i)", within=60)

    assert story.text() == "".join(f"{i}\n" for i in range(10**6))


async def test_many_small_displays_lose_none_when_nobody_acknowledges_for_a_while(agent, platform_end):
    platform_end.window = 100_000
    platform_end.cut()
    await platform_end.linked(2)
    platform_end.acknowledging = False
    execution = await platform_end.execute("for i in range(3000): display(i)")
    await asyncio.sleep(2)
    stalled = len(platform_end.of(execution).messages)
    assert stalled < 2000  # the kernel waits

    platform_end.acknowledging = True
    await platform_end.acknowledge()
    await platform_end.finished(execution)
    numbers = [content["data"]["text/plain"] for content in platform_end.of(execution).contents("display_data")]
    assert numbers == [str(number) for number in range(3000)]


async def test_an_interrupt_is_heard_while_the_output_is_held_back(agent, platform_end):
    platform_end.window = 100_000
    platform_end.cut()
    await platform_end.linked(2)
    platform_end.acknowledging = False
    execution = await platform_end.execute("while True: print(1)")
    await asyncio.sleep(2)

    reply = asyncio.create_task(platform_end.ask("interrupt"))
    await asyncio.sleep(1)
    platform_end.acknowledging = True
    await platform_end.acknowledge()

    assert (await reply)["value"] == {"responding": True}
    assert (await platform_end.finished(execution, within=3))["status"] == "error"
