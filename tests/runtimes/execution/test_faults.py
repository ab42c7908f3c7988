"""Machines that end, and a Redis that is away."""

import copy
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.conf import settings as configured

from runtimes.allocation.endings import run_endings
from runtimes.allocation.models import Runtime

from .conftest import row_of, stdout_of


@pytest.fixture
def redis_is_away(settings, tmp_path):
    """Every process looks for Redis where none is."""
    layers: Any = copy.deepcopy(configured.CHANNEL_LAYERS)
    layers["default"]["CONFIG"]["hosts"] = [f"unix://{tmp_path / 'nobody.sock'}"]
    settings.CHANNEL_LAYERS = layers
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


async def test_p03_without_redis_a_cell_still_runs(redis_is_away, agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    execution = await page.run()
    await agent.accepts(execution)
    await agent.prints(execution, "still here\n")
    await agent.finishes(execution)
    await agent.acknowledged()
    await page.expect_state(execution, "done")
    assert await stdout_of(runtime, execution) == "still here\n"


async def test_p08_what_a_machine_leaves_unfinished_ends_with_it(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    running, waiting = await page.run(), await page.run()
    await agent.accepts(running)
    await agent.prints(running, "so far\n")
    await agent.acknowledged()
    await database_sync_to_async(end)(runtime, "The machine ran out of memory and was stopped.")
    rows = [await row_of(execution) for execution in (running, waiting)]
    assert [(row.state, row.reason) for row in rows] == [
        ("aborted", "The machine ran out of memory and was stopped."),
        ("aborted", "The machine ran out of memory and was stopped."),
    ]
    assert await stdout_of(runtime, running) == "so far\n"
    assert (await page.expect_state(waiting, "aborted"))["reason"]


async def test_what_comes_after_the_end_is_kept_but_does_not_undo_it(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.accepts(execution)
    await agent.acknowledged()
    await database_sync_to_async(end)(runtime, "It was disconnected.")
    await agent.prints(execution, "last words\n")
    await agent.finishes(execution)
    await agent.acknowledged()
    assert ((await row_of(execution)).state, (await row_of(execution)).reason) == ("aborted", "It was disconnected.")
    assert await stdout_of(runtime, execution) == "last words\n"


async def test_a_run_for_a_machine_that_has_just_ended_gets_a_new_one(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    await page.run()
    await Runtime.objects.filter(pk=runtime.pk).aupdate(state="gone")
    execution = await page.run()
    row = await row_of(execution)
    assert row.state == "queued"
    assert row.runtime_id != runtime.pk


def end(runtime, why):
    runtime.reason_detail = why
    run_endings(runtime)
