"""Whoever presses Stop is heard, also by code that floods or does not listen."""

import time

STUBBORN = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deaf')\ntime.sleep({seconds})"


async def begun(platform_end, code):
    """An execution of which output has come."""
    execution = await platform_end.execute(code)
    await platform_end.until(lambda: "stream" in platform_end.of(execution).kinds)
    return execution


async def test_p29_an_endless_print_is_interrupted_within_three_seconds(agent, platform_end):
    execution = await begun(platform_end, "while True: print(1)")
    asked = time.monotonic()
    reply = await platform_end.ask("interrupt")
    end = await platform_end.finished(execution)

    assert time.monotonic() - asked < 3
    assert reply["value"] == {"responding": True}
    assert end["status"] == "error"
    assert platform_end.of(execution).error == "KeyboardInterrupt"


async def test_p29_so_it_is_when_the_platform_is_slow(agent, platform_end):
    platform_end.pause = 0.005
    execution = await begun(platform_end, "while True: print('x' * 200)")
    await platform_end.until(lambda: len(platform_end.of(execution).text()) > 3_000_000)
    asked = time.monotonic()
    await platform_end.ask("interrupt")
    await platform_end.finished(execution)

    assert time.monotonic() - asked < 5


async def test_an_interrupt_right_after_the_run_is_not_lost(agent, platform_end):
    for _ in range(10):
        execution = await platform_end.execute("import time; time.sleep(20)")
        await platform_end.ask("interrupt")
        told = await platform_end.finished(execution, within=5)
        assert told["status"] in ("error", "aborted")
        assert not told.get("reason") or told["reason"].startswith("It was interrupted")


async def test_it_drops_what_waits(agent, platform_end):
    await begun(platform_end, "import time; print('on'); time.sleep(60)")
    waiting = await platform_end.execute("print('never')")

    await platform_end.ask("interrupt")

    assert platform_end.of(waiting).kinds == ["finished"]
    assert platform_end.of(waiting).end["status"] == "aborted"


async def test_with_nothing_running_it_does_no_harm(agent, platform_end):
    assert (await platform_end.ask("interrupt"))["value"] == {"responding": True}
    assert (await platform_end.run("print(1)")).text() == "1\n"


async def test_p34_code_that_does_not_listen_is_told_of(agent, platform_end):
    execution = await begun(platform_end, STUBBORN.format(seconds=60))

    reply = await platform_end.ask("interrupt")

    assert reply["value"] == {"responding": False}
    assert "does not react" in platform_end.frames[-2]["reason"]
    await platform_end.ask("restart")
    assert platform_end.of(execution).end["status"] == "aborted"


async def test_restart_forgets_everything_and_names_a_new_session(agent, platform_end):
    await platform_end.run("x = 1")
    before = platform_end.first(type="kernel", state="idle")["session"]
    running = await begun(platform_end, "import time; print('on'); time.sleep(60)")
    waiting = await platform_end.execute("print('never')")

    reply = await platform_end.ask("restart")

    assert reply["value"]["session"] != before
    for execution in (running, waiting):
        assert platform_end.of(execution).end["status"] == "aborted"
    assert (await platform_end.run("x")).error == "NameError"
    assert platform_end.of(waiting).text() == ""


async def test_restart_lets_an_idle_kernel_end_in_order(agent, platform_end, configuration):
    await platform_end.run("import atexit; atexit.register(lambda: open('farewell', 'w').write('bye'))")

    await platform_end.ask("restart")

    assert (await platform_end.run("print(open('farewell').read())")).text() == "bye\n"
