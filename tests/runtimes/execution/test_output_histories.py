"""Whatever a cell prints and wherever links and commits break: its outputs are complete, in order, and there once."""

import asyncio
import uuid
from typing import Any

import django.db
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from runtimes.execution import hub
from runtimes.execution import session as sessions
from runtimes.execution.outputs import OutputList
from runtimes.execution.record import write_record
from runtimes.execution.writer import Limits, OutputWriter
from tests.rounds import rounds

from .conftest import Agent, Page, Roles, make_runtime, result_of, row_of, until

LIMITS = Limits(shown=2**20, kept=2**28, blob=2**16)
TEXT = st.text("あ😀ab\r\n", min_size=1, max_size=8)
SAID: Any = st.one_of(
    st.tuples(st.just("stream"), st.builds(dict, name=st.sampled_from(["stdout", "stderr"]), text=TEXT)),
    st.tuples(st.just("display_data"), st.builds(dict, data=st.builds(lambda text: {"text/plain": text}, TEXT))),
    st.tuples(st.just("clear_output"), st.builds(dict, wait=st.booleans())),
)
BREAKS = st.sampled_from(["the link is cut", "a commit fails", "the answer to a commit is lost"])
HISTORIES = st.lists(SAID | SAID | BREAKS, min_size=5, max_size=30)


class Database:
    """Writes records, or breaks as it is told, once."""

    def __init__(self) -> None:
        self.next_break = ""

    def write(self, record: Any) -> None:
        broken, self.next_break = self.next_break, ""
        if broken != "a commit fails":
            write_record(record)
        if broken:
            raise django.db.OperationalError(broken)


class Reader:
    """An open page: applies operations as they come, and asks again where some are missing."""

    def __init__(self, audience: str) -> None:
        self.audience, self.number, self.outputs = audience, 0, OutputList()
        self.is_behind = False

    def hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "ops" and frame["from"] == self.number:
            for operation in frame["ops"]:
                self.outputs.apply(operation)
            self.number = frame["to"]
        elif frame["type"] == "ops" and frame["to"] > self.number:
            self.is_behind = True

    async def catch_up(self, execution: uuid.UUID) -> bool:
        """True when all is here that the row knows of."""
        if self.is_behind:
            self.is_behind = False
            await hub.catch_up(self.audience, {str(execution): self.number}, self.hear)
        row = await row_of(execution)
        return bool(self.number == row.number)


def uninterrupted(history: list[Any]) -> dict[str, Any]:
    """The outputs where nothing breaks and everything is written down at once."""
    writer = OutputWriter(LIMITS)
    for step in history:
        if not isinstance(step, str):
            writer.feed(step[0], {"data": {}, "metadata": {}, "transient": {}} | step[1])
    writer.flush(0, is_last=True)
    return writer.outputs.value()


async def lived_through(user: Any, history: list[Any], database: Database) -> tuple[dict[str, Any], dict[str, Any]]:
    """What PostgreSQL has and what a page shows in the end."""
    runtime = await asyncio.to_thread(made_runtime, user)
    agent, page, reader = Agent(token=runtime.audience), Page(user, runtime.audience, Roles()), Reader(runtime.audience)
    await hub.subscribe(runtime.audience, reader.hear)
    await page.open()
    await agent.link()
    execution = await page.run()
    await agent.accepts(execution)
    await agent.acknowledged()
    for step in history:
        await take(step, agent, execution, database)
    database.next_break = ""
    await agent.cut()
    await agent.link_again()
    await agent.finishes(execution)
    await agent.acknowledged()
    await until(lambda: reader.catch_up(execution))
    found = await result_of(runtime, execution)
    await page.close()
    await agent.cut()
    await hub.unsubscribe(runtime.audience, reader.hear)
    return {"outputs": found["outputs"]}, {"outputs": reader.outputs.value()["outputs"]}


async def take(step: Any, agent: Agent, execution: uuid.UUID, database: Database) -> None:
    if step == "the link is cut":
        await agent.cut()
        await agent.link_again()
    elif isinstance(step, str):
        database.next_break = step
        await agent.prints(execution, "!")
        assert await agent.socket.closed() == 4409
        await agent.cut()
        await agent.link_again()
    else:
        await agent.message(execution, step[0], **({"data": {}, "metadata": {}, "transient": {}} | step[1]))


def made_runtime(user: Any) -> Any:
    name = str(uuid.uuid4())
    try:
        return make_runtime(user, name, name)
    finally:
        django.db.connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_p39_outputs_are_complete_and_in_order(user, monkeypatch) -> None:
    database = Database()
    monkeypatch.setattr(sessions, "write_record", database.write)

    @how(max_examples=rounds(15, 400), deadline=None, suppress_health_check=list(HealthCheck))
    @given(HISTORIES)
    def lives(history: list[Any]) -> None:
        expected = uninterrupted([("stream", {"name": "stdout", "text": "!"}) if is_loud(s) else s for s in history])
        stored, shown = asyncio.run(lived_through(user, history, database))
        assert stored["outputs"] == shown["outputs"] == expected["outputs"]

    lives()


def is_loud(step: Any) -> bool:
    """A break that shows itself at the commit of something that was printed."""
    return isinstance(step, str) and step != "the link is cut"
