"""A machine runs strangers' code, so its agent may say anything (P90, P30)."""

import json
import uuid

import pytest

from .conftest import result_of, row_of, stdout_of

NOBODY = str(uuid.uuid4())
FORGED = [
    {"type": "finished", "execution": NOBODY, "status": "ok", "count": 1},
    {"type": "finished", "execution": NOBODY, "status": "splendid"},
    {"type": "finished", "execution": "../../etc/passwd", "status": "ok"},
    {"type": "accepted", "execution": {"id": NOBODY}},
    {"type": "message", "execution": NOBODY, "message": {"header": {"msg_type": "stream"}, "content": {}}},
    {"type": "message", "execution": None, "message": {"header": [], "content": 3}},
    {"type": "message"},
    {"type": "kernel", "state": "on fire", "session": "s"},
    {"type": "part", "more": False, "data": "no JSON"},
    {"type": "part", "more": False, "data": "[" * 100_000},
    {"type": "part", "more": "perhaps", "data": 1},
    {"type": "launch-missiles"},
    {},
]


@pytest.mark.parametrize("frame", FORGED, ids=[json.dumps(frame)[:60] for frame in FORGED])
async def test_p90_a_bad_frame_has_no_effect_and_the_link_goes_on(agent, open_page, runtime, frame):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.say(**frame)
    await agent.prints(execution, "goes on\n")
    await agent.finishes(execution)
    await agent.acknowledged()
    assert await stdout_of(runtime, execution) == "goes on\n"


async def test_p90_an_agent_that_sends_many_bad_frames_is_shut_out(agent):
    await agent.link()
    for _ in range(20):
        await agent.say(type="launch-missiles")
    assert await agent.socket.closed() == 4403


@pytest.mark.parametrize("text", ["", "no JSON", "[1]", "[" * 100_000, "9" * 5000])
async def test_p90_what_is_no_frame_at_all_closes_the_link(agent, text):
    await agent.link()
    await agent.socket.send_text(text)
    assert await agent.socket.closed() == 4403


MESSAGES = [
    ("stream", {"name": 1, "text": ["a"]}),
    ("stream", {"name": "stdout"}),
    ("display_data", {"data": "text"}),
    ("display_data", {"data": {"text/plain": "x"}, "metadata": 7, "transient": "y"}),
    ("execute_result", {"data": {"text/plain": ["x"]}, "execution_count": "many"}),
    ("error", {"ename": None, "evalue": 3, "traceback": "line"}),
    ("execute_input", {"execution_count": 10**30}),
    ("clear_output", {"wait": "yes"}),
    ("update_display_data", {"data": {}, "transient": {"display_id": ["x"]}}),
    ("input_request", {"prompt": 3}),
    ("execute_reply", {"payload": [1, {"source": "page", "data": 4}]}),
    ("comm_msg", {"comm_id": 1}),
    ("\ud800\0", {"\0": "\ud800"}),
]


@pytest.mark.parametrize(("kind", "content"), MESSAGES, ids=[ascii(kind) for kind, _ in MESSAGES])
async def test_p90_a_strange_message_does_no_harm(agent, open_page, runtime, kind, content):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.message(execution, kind, **content)
    await agent.prints(execution, "goes on\n")
    await agent.finishes(execution)
    await agent.acknowledged()
    assert (await result_of(runtime, execution))["state"] == "done"
    assert (await stdout_of(runtime, execution)).endswith("goes on\n")


async def test_p30_a_message_in_parts_is_put_together(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    content = {"data": {"image/png": "iVBO" * 100_000}, "metadata": {}}
    await say_in_parts(agent, execution, "display_data", content)
    await agent.finishes(execution)
    await agent.acknowledged()
    [output] = (await result_of(runtime, execution))["outputs"]
    assert output["blobs"]["image/png"]["size"] == 400_000


async def test_p30_a_message_that_is_too_large_is_replaced_by_a_sentence(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    content = {"data": {"text/html": "x" * (33 * 2**20)}, "metadata": {}}
    await say_in_parts(agent, execution, "display_data", content, size=2 * 2**20)
    await agent.finishes(execution)
    await agent.acknowledged()
    [output] = (await result_of(runtime, execution))["outputs"]
    assert (output["name"], output["text"]) == (
        "stderr",
        "An output of 33 MB was left out: a single one may have 32 MB at most.\n",
    )


async def test_p39_a_break_between_parts_is_made_good(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    whole = json.dumps(frame_of(execution, "stream", {"name": "stdout", "text": "x" * 1000}))
    await agent.say(type="part", more=True, data=whole[:500])
    await agent.cut()
    assert (await agent.link_again())["received"] == 0
    await agent.say(type="part", more=False, data=whole[500:])
    await agent.finishes(execution)
    await agent.acknowledged()
    assert await stdout_of(runtime, execution) == "x" * 1000


async def test_what_has_no_number_comes_between_parts_without_harm(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    whole = json.dumps(frame_of(execution, "stream", {"name": "stdout", "text": "x" * 1000}))
    await agent.say(type="part", more=True, data=whole[:500])
    await agent.send({"type": "pong"})
    await agent.send({"type": "resources", "memory": 1, "memory_limit": 2, "disk": 1, "disk_limit": 2})
    await agent.say(type="part", more=False, data=whole[500:])
    await agent.finishes(execution)
    await agent.acknowledged()
    assert await stdout_of(runtime, execution) == "x" * 1000


async def test_p90_a_state_that_was_reached_is_not_taken_back(agent, open_page):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.finishes(execution, "error")
    await agent.accepts(execution)
    await agent.finishes(execution, "ok")
    await agent.acknowledged()
    assert (await row_of(execution)).state == "failed"


def frame_of(execution, kind, content):
    message = {"header": {"msg_type": kind}, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
    return {"type": "message", "execution": str(execution), "channel": "iopub", "message": message}


async def say_in_parts(agent, execution, kind, content, size=150_000):
    whole = json.dumps(frame_of(execution, kind, content))
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    for piece in pieces[:-1]:
        await agent.say(type="part", more=True, data=piece)
    await agent.say(type="part", more=False, data=pieces[-1])
