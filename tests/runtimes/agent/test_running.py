"""The agent runs what it is told, in order, once, and tells all that came of it."""

import uuid


async def test_it_says_hello_and_starts_a_kernel(agent, platform_end):
    hello = platform_end.hellos[0]

    assert (hello["type"], hello["protocol"]) == ("hello", 1)
    states = [frame["state"] for frame in platform_end.frames if frame["type"] == "kernel"]
    assert states == ["starting", "idle"]


async def test_it_runs_code_and_tells_in_order_what_happens(agent, platform_end):
    story = await platform_end.run("print('hi')\n6 * 7")

    assert story.kinds == ["accepted", "execute_input", "stream", "execute_result", "finished"]
    assert story.text() == "hi\n"
    assert story.contents("execute_result")[0]["data"]["text/plain"] == "42"
    assert (story.end["status"], story.end["count"]) == ("ok", 1)


async def test_an_error_is_told_with_its_colours(agent, platform_end):
    story = await platform_end.run("1 / 0")

    assert story.end["status"] == "error"
    assert story.error == "ZeroDivisionError"
    assert "\x1b[" in "".join(story.contents("error")[0]["traceback"])


async def test_runs_are_done_one_after_the_other_in_the_order_in_which_they_came(agent, platform_end):
    executions = [await platform_end.execute(f"print({number})") for number in range(5)]

    await platform_end.finished(executions[-1])
    ends = [frame["execution"] for frame in platform_end.frames if frame["type"] == "finished"]
    assert ends == executions
    assert [platform_end.of(execution).text() for execution in executions] == ["0\n", "1\n", "2\n", "3\n", "4\n"]


async def test_an_execution_sent_twice_runs_once(agent, platform_end):
    await platform_end.run("runs = 0")
    execution = str(uuid.uuid4())
    for _ in range(3):
        await platform_end.execute("runs += 1", execution=execution)
    await platform_end.finished(execution)
    await platform_end.execute("runs += 1", execution=execution)

    story = await platform_end.run("print(runs)")

    assert story.text() == "1\n"
    assert len([frame for frame in platform_end.of(execution).frames if frame["type"] == "finished"]) == 1


async def test_no_output_comes_after_the_end(agent, platform_end):
    execution = await platform_end.execute("for i in range(2000): print(i)\ndisplay('last')")

    await platform_end.finished(execution)
    await platform_end.run("pass")
    assert platform_end.of(execution).kinds[-2:] == ["display_data", "finished"]


async def test_what_is_cancelled_never_runs(agent, platform_end):
    first = await platform_end.execute("import time; time.sleep(1)")
    second = await platform_end.execute("print('never')")
    await platform_end.send(type="cancel", executions=[second, "not come yet"])
    await platform_end.execute("print('never')", execution="not come yet")

    await platform_end.finished(first)
    await platform_end.run("pass")
    for execution in (second, "not come yet"):
        assert platform_end.of(execution).kinds == ["finished"]
        assert platform_end.of(execution).end["status"] == "aborted"


async def test_a_failure_stops_the_rest_of_its_batch_and_nothing_else(agent, platform_end):
    await platform_end.execute("import time; time.sleep(0.5); 1 / 0", batch="all")
    rest = await platform_end.execute("print('never')", batch="all")
    other = await platform_end.execute("print('other')")

    await platform_end.finished(other)
    assert platform_end.of(rest).kinds == ["finished"]
    assert platform_end.of(rest).end["status"] == "aborted"
    assert platform_end.of(other).text() == "other\n"


async def test_code_runs_in_the_content_folder_without_the_secrets_of_the_agent(agent, platform_end, configuration):
    story = await platform_end.run(
        "import os, sys\n"
        "print(os.getcwd())\n"
        "print([name for name in os.environ if 'TOMONI' in name or name == 'PYTHONPATH'])\n"
        "print([path for path in sys.path if 'agent' in path], open('/proc/self/oom_score_adj').read().strip())"
    )

    assert story.text() == f"{configuration['content']}\n[]\n[] 0\n"


async def test_without_a_content_folder_the_kernel_starts_where_the_agent_is(start_agent, platform_end, tmp_path):
    await start_agent(content=str(tmp_path / "missing"))
    await platform_end.state("idle")

    assert (await platform_end.run("import os; print(os.getcwd())")).text() == f"{tmp_path}\n"


async def test_commands_that_nobody_knows_are_left_alone(agent, platform_end):
    for command in ({"type": "dance"}, {"type": "execute"}, {"type": "cancel", "executions": None}, {"no": "type"}):
        await platform_end.send(**command)

    assert (await platform_end.run("print(1)")).text() == "1\n"
