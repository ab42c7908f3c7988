"""Widgets over a real kernel: their messages, and what is printed into an Output widget."""

import asyncio
import uuid

import pytest

from runtimes.execution.outputs import OutputList
from runtimes.execution.widgets import MOST_OUTPUTS, MOST_TEXT, fold

from .conftest import stdout_of
from .machine import agent_link, running_agent


@pytest.fixture
async def real_agent(runtime, tmp_path):
    async with agent_link(tmp_path) as link, running_agent(link, runtime, tmp_path) as agent:
        yield agent


# What ipywidgets does, without it: a comm with a state, and an Output that takes what its handler prints.
AREA = """from comm import create_comm
area = create_comm(target_name='jupyter.widget', data={'state': {'_model_name': 'OutputModel', 'outputs': []}})
def hear(message):
    parent = get_ipython().kernel.get_parent()['header']['msg_id']
    area.send({'method': 'update', 'state': {'msg_id': parent}})
    print('inside', message['content']['data']['n'], message['metadata'], flush=True)
    area.send({'method': 'update', 'state': {'msg_id': ''}})
    print('outside')
area.on_msg(hear)
"""


async def test_what_is_printed_into_an_output_widget_is_in_no_cell(real_agent, open_page, runtime):
    page = await open_page()
    execution = await page.run(AREA)
    comm = (await page.expect("comm_open"))["comm"]
    await page.expect_state(execution, "done")

    name = f"page-{uuid.uuid4()}"
    reply = await page.ask("comm_msg", comm=comm, data={"n": 7}, metadata={"from": "page"}, message=name)
    assert reply["type"] == "ok"

    async def told_outputs():
        while True:
            told = await page.expect("comm_msg")
            if "outputs" in told["data"]["state"]:
                return told["data"]["state"]["outputs"]

    outputs = await asyncio.wait_for(told_outputs(), 10)
    assert outputs == [{"output_type": "stream", "name": "stdout", "text": "inside 7 {'from': 'page'}\n"}]
    await page.run("print('next')")
    assert await stdout_of(runtime, execution) == "outside\n"


async def test_what_is_too_large_for_a_page_is_said(real_agent, open_page, runtime):
    page = await open_page()
    large = "data={'state': {'a': 1}}, buffers=[bytes(6_000_000)]"
    await page.run(f"from comm import create_comm\nlarge = create_comm(target_name='jupyter.widget', {large})")
    told = await page.expect("comm_too_large")
    assert told["size"] == 6_000_000
    assert told["comm"]


def test_what_a_widget_takes_is_folded_like_the_output_of_a_cell():
    area = OutputList()
    for text in ("one\n", "two"):
        fold(area, "stream", {"name": "stdout", "text": text})
    fold(area, "display_data", {"data": {"text/plain": "x"}, "metadata": {}, "transient": {"display_id": "d"}})
    assert [output.get("text") for output in area.outputs] == ["one\ntwo", None]
    assert "transient" not in area.outputs[1]
    fold(area, "clear_output", {"wait": True})
    fold(area, "stream", {"name": "stderr", "text": "new"})
    assert area.outputs == [{"output_type": "stream", "name": "stderr", "text": "new"}]


def test_a_widget_that_is_flooded_keeps_the_end():
    area = OutputList()
    fold(area, "stream", {"name": "stdout", "text": "x" * MOST_TEXT + "end"})
    assert len(area.outputs[0]["text"]) == MOST_TEXT and area.outputs[0]["text"].endswith("end")
    for number in range(MOST_OUTPUTS + 5):
        fold(area, "display_data", {"data": {"text/plain": str(number)}})
    assert len(area.outputs) == MOST_OUTPUTS and area.outputs[-1]["data"]["text/plain"] == str(MOST_OUTPUTS + 4)
