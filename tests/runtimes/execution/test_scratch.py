"""What a scratch cell runs is its person's alone: nobody else hears of it, fetches it or finds it later."""

import base64
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async

from accounts.models import User
from runtimes.allocation.states import Status
from runtimes.execution import hub
from runtimes.execution.audiences import alone
from runtimes.execution.rights import Rights
from runtimes.execution.services import NoBlob, abort_with_runtime, executed, open_blob, results, stream_text

from .conftest import row_of, until

PICTURE = base64.b64encode(bytes(range(256)) * 400).decode()


@pytest.fixture
def bob(transactional_db):
    return User.objects.create_user("bob@example.org", name="Bob")


@pytest.fixture
async def listen():
    """What a page of this person hears of the notebook's runs."""
    heard = []

    async def listen(audience, person):
        frames: list[Any] = []
        heard.append((alone(audience, person.pk), frames.append))
        await hub.subscribe(*heard[-1])
        return frames

    yield listen
    for one in heard:
        await hub.unsubscribe(*one)


async def prints(agent, execution, text="mine\n"):
    await agent.expect("execute")
    await agent.prints(execution, text)
    await agent.message(execution, "display_data", data={"image/png": PICTURE}, metadata={})
    await agent.finishes(execution)
    await agent.acknowledged()


def names(frames):
    """The runs that these frames are about."""
    return {frame["execution"]["id"] if frame["type"] == "execution" else frame["execution"] for frame in frames}


async def test_its_person_hears_of_a_scratch_run_and_nobody_else_does(agent, open_page, runtime, user, bob, listen):
    await agent.link()
    mine, others = await listen(runtime.audience, user), await listen(runtime.audience, bob)
    page = await open_page()
    scratch, cell = await page.run(scratch=True), await page.run()
    await prints(agent, scratch)
    await prints(agent, cell)

    assert await page.expect_state(scratch, "done")
    assert names(mine) == {str(scratch), str(cell)}
    assert [frame["from"] for frame in mine if frame.get("execution") == str(scratch)] == [0]
    assert names(others) == {str(cell)}


async def test_a_page_that_comes_later_is_told_of_ones_own_scratch_runs_only(agent, open_page, runtime, user, bob):
    await agent.link()
    scratch = await (await open_page()).run(scratch=True)
    await prints(agent, scratch)
    mine: list[Any] = []
    others: list[Any] = []
    await hub.catch_up(alone(runtime.audience, user.pk), {str(scratch): 0}, mine.append)
    await hub.catch_up(alone(runtime.audience, bob.pk), {str(scratch): 0}, others.append)

    assert [frame["type"] for frame in mine] == ["ops", "execution"]
    assert others == []


async def test_a_change_that_another_process_wrote_reaches_only_its_person(
    agent, open_page, runtime, user, bob, listen
):
    scratch = await (await open_page()).run(scratch=True)
    mine, others = await listen(runtime.audience, user), await listen(runtime.audience, bob)
    row = await row_of(scratch)
    row.state = "aborted"
    await row.asave(update_fields=["state"])

    async def heard():
        return [frame for frame in mine if frame["execution"]["state"] == "aborted"]

    await until(heard)
    assert others == []


async def test_nobody_else_reads_what_it_printed(agent, open_page, runtime, user, bob):
    await agent.link()
    scratch = await (await open_page()).run(scratch=True)
    await prints(agent, scratch)
    await check_reading(runtime.audience, scratch, user, bob)


@database_sync_to_async
def check_reading(audience, scratch, user, bob):
    mine = alone(audience, user.pk)
    outputs = results(mine, [scratch])[str(scratch)]["outputs"]
    sha256 = outputs[1]["blobs"]["image/png"]["sha256"]
    assert open_blob(mine, sha256) == PICTURE.encode()
    assert "".join(stream_text(mine, scratch, 0)) == "mine\n"
    for other in (audience, alone(audience, bob.pk)):
        assert results(other, [scratch]) == {}
        with pytest.raises(NoBlob):
            open_blob(other, sha256)
        with pytest.raises(LookupError):
            next(stream_text(other, scratch, 0))


async def test_it_goes_with_the_machine_and_is_in_no_history(agent, open_page, runtime, user):
    await agent.link()
    scratch = await (await open_page()).run("password = 'x'", scratch=True)
    await prints(agent, scratch)
    await end(runtime)

    row = await row_of(scratch)
    assert (row.is_kept, b"password" in bytes(row.code), b"mine" in bytes(row.outputs or b"")) == (False, False, False)
    assert await database_sync_to_async(executed)(runtime.audience, user, 10) == []


@database_sync_to_async
def end(runtime):
    runtime.refresh_from_db()
    runtime.move(Status.STOPPING)
    abort_with_runtime(runtime)


async def test_who_may_only_look_has_no_scratch_cell(agent, open_page, roles):
    roles.rights = Rights.LOOK
    page = await open_page()
    reply = await page.ask("run", execution=str(uuid.uuid4()), code="1", cell="", scratch=True)
    assert (reply["type"], reply["code"]) == ("refused", "read-only")


async def test_a_scratch_run_waits_its_turn_runs_once_and_can_be_interrupted(agent, open_page):
    await agent.link()
    page = await open_page()
    first, scratch = await page.run(), await page.run(scratch=True)
    assert (await agent.expect("execute"))["execution"] == str(first)
    await page.run(execution=scratch, scratch=True)
    await agent.finishes(first)
    assert (await agent.expect("execute"))["execution"] == str(scratch)
    third = await page.run(scratch=True)
    await page.socket.send({"type": "interrupt", "id": "stop"})
    await agent.say(type="reply", id=(await agent.expect("interrupt"))["id"], ok=True, value={"responding": True})
    await page.expect_state(third, "aborted")
    assert (await row_of(scratch)).state == "sent"
