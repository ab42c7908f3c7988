"""A run that is lent is read to its end, large parts and all; one that is not to be kept goes with its machine."""

import base64
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async

from runtimes.allocation.states import Status
from runtimes.execution import hub
from runtimes.execution.lending import lend
from runtimes.execution.models import OutputEvent, OutputText
from runtimes.execution.services import NoBlob, abort_with_runtime, open_blob, results

from .conftest import row_of, until

BORROWER = str(uuid.uuid4())
PICTURE = base64.b64encode(bytes(range(256)) * 400).decode()


@database_sync_to_async
def borrowed(execution) -> Any:
    return results(BORROWER, [execution]).get(str(execution))


async def test_who_was_lent_a_run_that_goes_on_hears_of_it_and_gets_its_large_parts(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    await agent.prints(execution, "before\n")
    await agent.acknowledged()
    frames: list[Any] = []
    await hub.subscribe(BORROWER, frames.append)
    assert await borrowed(execution) is None

    await database_sync_to_async(lend)(runtime.audience, BORROWER, [execution])
    await agent.message(execution, "display_data", data={"image/png": PICTURE}, metadata={})
    await agent.finishes(execution)

    async def heard():
        return [frame for frame in frames if frame.get("execution", {}) and is_end(frame)]

    await until(heard)
    await hub.unsubscribe(BORROWER, frames.append)
    result = await borrowed(execution)
    sha256 = result["outputs"][1]["blobs"]["image/png"]["sha256"]
    assert await database_sync_to_async(open_blob)(BORROWER, sha256) == PICTURE.encode()
    with pytest.raises(NoBlob):
        await database_sync_to_async(open_blob)("another", sha256)


def is_end(frame):
    return frame["type"] == "execution" and frame["execution"]["state"] == "done"


async def test_what_the_lender_may_not_read_is_not_lent(agent, open_page, runtime):
    await agent.link()
    execution = await (await open_page()).run()
    await database_sync_to_async(lend)("another", BORROWER, [execution, uuid.uuid4()])

    assert await borrowed(execution) is None


async def test_outputs_that_are_not_to_be_kept_go_with_the_machine(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    kept, unkept = await page.run(), await page.run(keep=False)
    for execution in (kept, unkept):
        await agent.expect("execute")
        await agent.prints(execution, "seen\n")
        await agent.finishes(execution)
    await agent.acknowledged()
    assert len((await of(runtime, unkept))["outputs"]) == 1
    await database_sync_to_async(lend)(runtime.audience, BORROWER, [kept, unkept])
    assert (await borrowed(kept), await borrowed(unkept)) == (await of(runtime, kept), None)

    await end(runtime)

    assert (await of(runtime, kept))["outputs"][0]["text"] == "seen\n"
    assert (await of(runtime, unkept))["outputs"] == []
    assert not await OutputEvent.objects.filter(execution=unkept).aexists()
    assert not await OutputText.objects.filter(execution=unkept).aexists()
    row = await row_of(unkept)
    assert (row.number, row.folded, b"seen" in bytes(row.outputs or b"")) == (1, 1, False)


async def test_what_was_kept_before_is_not_shown_again_where_outputs_are_omitted(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    kept, unkept = await page.run(), await page.run(keep=False)
    frames: list[Any] = []
    await hub.catch_up(runtime.audience, {str(kept): 0, str(unkept): 0}, frames.append, only_unkept=True)

    assert {frame["execution"]["id"] for frame in frames} == {str(unkept)}


@database_sync_to_async
def of(runtime, execution):
    return results(runtime.audience, [execution])[str(execution)]


@database_sync_to_async
def end(runtime):
    runtime.refresh_from_db()
    runtime.move(Status.STOPPING)
    abort_with_runtime(runtime)
