"""An agent and pages that speak the protocol to the real consumers, over a real database and Redis."""

import asyncio
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.routing import URLRouter

from accounts.models import User
from config.routing import socket
from runtimes.allocation.choosing import default_type
from runtimes.allocation.models import Runtime
from runtimes.allocation.tokens import digest_token
from runtimes.execution import hub
from runtimes.execution.consumers import AgentLinkConsumer, RuntimeConsumer
from runtimes.execution.models import Execution
from runtimes.execution.peers import peers
from runtimes.execution.rights import Rights
from runtimes.execution.services import results

from .machine import StreamPage, agent_link, running_agent
from .sockets import PATIENCE, Socket


class Roles:
    """What people may do: everything, until a test says otherwise."""

    def __init__(self):
        self.rights = Rights.RUN

    async def __call__(self, user, session, audience):
        return self.rights


class Agent:
    """The agent's end of a link: it numbers its frames and can be cut off at any time."""

    def __init__(self, token="token", boot="boot-1"):
        self.token, self.boot, self.number = token, boot, 0
        self.kernel_session = "session-1"
        self.said = []
        self.socket: Any = None

    async def dial(self):
        headers = [(b"authorization", f"Bearer {self.token}".encode())]
        self.socket = Socket(AgentLinkConsumer.as_asgi(), "/ws/agent", headers)
        return await self.socket.connect()

    async def link(self):
        """Dial and say hello; returns the welcome."""
        assert await self.dial()
        hello = {"type": "hello", "protocol": 1, "boot": self.boot, "session": self.kernel_session, "kernel": "idle"}
        await self.send(hello)
        return await self.expect("welcome")

    async def send(self, frame):
        await self.socket.send(frame)

    async def say(self, **frame):
        """Send the next numbered frame, and keep it as the spool does."""
        self.number += 1
        self.said.append({"n": self.number, **frame})
        await self.send(self.said[-1])

    async def link_again(self):
        """Come back after a break: what the platform has not committed is sent again."""
        welcome = await self.link()
        for frame in self.said[welcome["received"] :]:
            await self.send(frame)
        return welcome

    async def message(self, execution, kind, **content):
        message = {"header": {"msg_type": kind}, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
        await self.say(type="message", execution=execution and str(execution), channel="iopub", message=message)

    async def prints(self, execution, text, name="stdout"):
        await self.message(execution, "stream", name=name, text=text)

    async def accepts(self, execution):
        await self.say(type="accepted", execution=str(execution))

    async def finishes(self, execution, status="ok", count=1, reason=""):
        await self.say(type="finished", execution=str(execution), status=status, count=count, reason=reason)

    async def expect(self, kind):
        """The next frame of this type; others before it are passed over."""
        while True:
            frame = await self.socket.next()
            if frame["type"] == kind:
                return frame

    async def acknowledged(self, number=None):
        """Wait until everything that was said is committed."""
        number = number or self.number
        while (await self.expect("ack"))["n"] < number:
            pass

    async def cut(self):
        """The network breaks."""
        if self.socket:
            await self.socket.cut()


class Page:
    """A tab's runtime socket."""

    def __init__(self, user, audience, rights_of):
        sockets = URLRouter([socket("ws/runtimes/<uuid:audience>", RuntimeConsumer.as_asgi(rights_of=rights_of))])
        session = SimpleNamespace(session_key="session")
        self.socket = Socket(sockets, f"/ws/runtimes/{audience}", user=user, session=session)
        self.audience = audience
        self.asked = 0
        self.passed_over = []

    async def open(self):
        assert await self.socket.connect()
        return self

    async def ask(self, kind, /, **values):
        """Send a request and wait for its reply."""
        self.asked += 1
        await self.socket.send({"type": kind, "id": self.asked, **values})
        while True:
            frame = await self.socket.next()
            if frame.get("id") == self.asked:
                return frame
            self.passed_over.append(frame)

    async def run(self, code="print(1)", execution=None, **values):
        execution = execution or uuid.uuid4()
        reply = await self.ask("run", execution=str(execution), code=code, cell="cell", **values)
        assert reply["type"] == "ok", reply
        return execution

    async def expect(self, kind, **values):
        """The next frame of this type with these values, of those not looked at."""
        while True:
            frame = self.passed_over.pop(0) if self.passed_over else await self.socket.next()
            if frame["type"] == kind and values.items() <= frame.items():
                return frame

    async def expect_state(self, execution, state):
        while True:
            row = (await self.expect("execution"))["execution"]
            if row["id"] == str(execution) and row["state"] == state:
                return row

    async def close(self):
        await self.socket.cut()


@pytest.fixture
def audience():
    return str(uuid.uuid4())


@pytest.fixture
def user(transactional_db):
    return User.objects.create_user("ada@example.org", name="Ada")


@pytest.fixture
def runtime(user, audience):
    return make_runtime(user, audience, "token")


def make_runtime(owner, audience, token):
    return Runtime.objects.create(
        owner=owner, audience=audience, type=default_type(), state="starting", token_digest=digest_token(token)
    )


@pytest.fixture
async def agent(runtime):
    agent = Agent()
    yield agent
    await agent.cut()


@pytest.fixture
def roles():
    return Roles()


@pytest.fixture
async def open_page(user, audience, roles):
    pages = []

    async def open_page(who=user, where=audience):
        pages.append(await Page(who, where, roles).open())
        return pages[-1]

    yield open_page
    for page in pages:
        await page.close()


@pytest.fixture
async def machine(runtime, tmp_path, open_page, settings):
    """A real agent with a real kernel, linked to this process, and its page told so."""
    settings.TOMONI_HOME = tmp_path
    async with agent_link(tmp_path) as link, running_agent(link, runtime, tmp_path) as agent:
        page = await open_page()
        while (await page.expect("status"))["runtime"]["kernel"] != "idle":
            pass
        yield agent
        await peers().close()


@pytest.fixture
async def open_stream(user, audience, roles):
    """Sockets of pages for streams to the machine."""
    pages = []

    async def open_stream(who=user, where=audience):
        pages.append(await StreamPage(who, where, roles).connect())
        return pages[-1]

    yield open_stream
    for page in pages:
        await page.close()


@pytest.fixture
def content(tmp_path):
    """The machine's /content."""
    return tmp_path / "content"


@pytest.fixture
async def heard(runtime):
    """Every frame that pages of the notebook get."""
    frames: list[Any] = []
    await hub.subscribe(runtime.audience, frames.append)
    yield frames
    await hub.unsubscribe(runtime.audience, frames.append)


@database_sync_to_async
def row_of(execution):
    return Execution.objects.get(pk=execution)


@database_sync_to_async
def result_of(runtime, execution):
    return results(runtime.audience, [execution])[str(execution)]


async def stdout_of(runtime, execution):
    outputs = (await result_of(runtime, execution))["outputs"]
    return "".join(output["text"] for output in outputs if output.get("name") == "stdout")


async def until(ask, seconds=PATIENCE):
    """Wait until `ask` gives something true."""
    async with asyncio.timeout(seconds):
        while not (answer := await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return answer


__all__ = ["Agent", "Page", "make_runtime", "result_of", "row_of", "stdout_of", "until"]
