"""Input, completions, help and widgets' messages: the talk beside the running."""

import base64


async def test_input_is_asked_for_and_answered(agent, platform_end):
    execution = await platform_end.execute("name = input('Who? ')\nprint('hello', name)")
    asked = await platform_end.until(lambda: platform_end.first(type="message", channel="stdin"))

    assert asked["execution"] == execution
    assert asked["message"]["content"] == {"prompt": "Who? ", "password": False}
    await platform_end.send(type="input_reply", execution=execution, value="Ada")
    await platform_end.send(type="input_reply", execution=execution, value="twice")
    await platform_end.finished(execution)
    assert platform_end.of(execution).text() == "hello Ada\n"
    assert (await platform_end.run("print('goes on')")).text() == "goes on\n"


async def test_a_reply_that_nobody_waits_for_is_not_kept_for_the_next_question(agent, platform_end):
    await platform_end.send(type="input_reply", execution="nobody", value="early")
    execution = await platform_end.execute("print(input())")
    await platform_end.until(lambda: platform_end.first(type="message", channel="stdin"))
    await platform_end.send(type="input_reply", execution=execution, value="asked for")

    await platform_end.finished(execution)
    assert platform_end.of(execution).text() == "asked for\n"


async def test_waiting_for_input_can_be_interrupted(agent, platform_end):
    execution = await platform_end.execute("input()")
    await platform_end.until(lambda: platform_end.first(type="message", channel="stdin"))

    await platform_end.ask("interrupt")

    assert platform_end.of(execution).error == "KeyboardInterrupt"


async def test_it_completes_and_explains(agent, platform_end):
    await platform_end.run("number_of_things = 3")

    completion = await request(platform_end, "complete_request", code="number_of", cursor_pos=9)
    help_text = await request(platform_end, "inspect_request", code="len", cursor_pos=3, detail_level=0)
    ready = await request(platform_end, "is_complete_request", code="for i in x:")
    comms = await request(platform_end, "comm_info_request")

    assert completion["matches"] == ["number_of_things"]
    assert "number of items" in help_text["data"]["text/plain"]
    assert ready["status"] == "incomplete"
    assert comms["comms"] == {}


async def test_a_request_that_is_none_of_these_is_refused(agent, platform_end):
    reply = await platform_end.ask("request", message_type="shutdown_request", content={})

    assert reply["ok"] is False
    assert (await platform_end.run("print(1)")).text() == "1\n"


async def test_comms_go_both_ways_with_their_buffers(agent, platform_end):
    await platform_end.run(
        "def opened(comm, message):\n"
        "    comm.on_msg(lambda m: comm.send({'echo': m['content']['data']}, buffers=[bytes(m['buffers'][0])[::-1]]))\n"
        "get_ipython().kernel.comm_manager.register_target('echo', opened)"
    )
    await platform_end.send(
        type="comm", message_type="comm_open", content={"comm_id": "c", "target_name": "echo", "data": {}}
    )
    await platform_end.send(
        type="comm",
        message_type="comm_msg",
        content={"comm_id": "c", "data": {"x": 1}},
        buffers=[base64.b64encode(b"abc").decode()],
    )

    def echoed():
        messages = (frame["message"] for frame in platform_end.frames if frame["type"] == "message")
        return next((message for message in messages if message["header"]["msg_type"] == "comm_msg"), None)

    message = await platform_end.until(echoed)
    assert message["content"]["data"] == {"echo": {"x": 1}}
    assert base64.b64decode(message["buffers"][0]) == b"cba"


async def test_the_kernel_is_ready_for_plots_and_packages(agent, platform_end):
    story = await platform_end.run("import os\nprint(os.environ['MPLBACKEND'])\n%pip --version\n!echo $((6 * 7))")

    assert story.text().startswith("module://matplotlib_inline.backend_inline\n")
    assert "restart the kernel to use updated packages" in story.text()  # %pip ran pip, which this environment lacks
    assert story.text().endswith("42\r\n")


async def test_the_text_of_a_question_mark_is_told(agent, platform_end):
    story = await platform_end.run("len?")

    payload = story.contents("execute_reply")[0]["payload"]
    assert "number of items" in payload[0]["data"]["text/plain"]


async def request(platform_end, kind, within=30, **content):
    reply = await platform_end.ask("request", within=within, message_type=kind, content=content)
    assert reply["ok"], reply
    return reply["value"]
