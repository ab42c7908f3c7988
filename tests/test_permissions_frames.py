"""docs/permissions.md is true of the sockets: each frame, sent by each of its people to the platform's own routes."""

import ast
import inspect
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, get_args

import pytest
import pytest_asyncio
from django.conf import settings
from pycrdt import Doc, Map

from config import routing
from notebooks.collaboration import consumers, frames
from notebooks.collaboration.lobby import rooms
from runtimes.execution.messages import REQUESTS
from tests.notebooks.collaboration.pages import in_thread, session_of
from tests.permissions import COLUMNS, cast, frames_of, suspend
from tests.runtimes.execution.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)

NOTEBOOK, RUNTIME = "/ws/notebooks/", "/ws/runtimes/"
EXECUTION = str(uuid.uuid4())
REQUESTED: dict[str, dict[str, Any]] = {
    "run": {"execution": EXECUTION, "code": "1", "cell": "c"},
    "complete": {"code": "x", "cursor": 1},
    "inspect": {"code": "x", "cursor": 1, "detail": 0},
    "input_reply": {"execution": EXECUTION, "value": "x"},
    "outputs_since": {"executions": {}},
    "files": {"do": "list", "path": "/content"},
    "terminals": {"do": "list"},
    "variables": {"do": "list"},
    **{kind: {"comm": "x", "target": "x"} for kind in ("comm_open", "comm_msg", "comm_close")},
}


def text_frames_of(module: Any) -> set[str]:
    """The types that a consumer compares `kind` with."""
    compared = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Compare)]
    return {
        other.value
        for node in compared
        if isinstance(node.left, ast.Name) and node.left.id == "kind"
        for other in node.comparators
        if isinstance(other, ast.Constant) and isinstance(other.value, str)
    }


def test_every_frame_has_a_row_and_every_row_a_frame() -> None:
    binary = {frame.__name__ for frame in get_args(frames.Frame)}
    assert frames_of(NOTEBOOK).keys() == binary | text_frames_of(consumers)
    assert frames_of(RUNTIME).keys() == REQUESTS | {"ping"}


def edit() -> bytes:
    """An update that changes the notebook's metadata."""
    document: Doc[Any] = Doc()
    document.get("meta", type=Map)["mine"] = uuid.uuid4().hex
    return document.get_update()


BINARY: dict[str, Callable[[], bytes]] = {
    "Question": lambda: frames.step_1(b"\x00"),
    "Edit": lambda: frames.update(edit()),
    "Awareness": lambda: frames.awareness(b"\x00"),
}


class Person:
    """Somebody's sockets to the notebook."""

    def __init__(self, notebook: Any, cookie: str) -> None:
        self.notebook = notebook
        self.headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())] if cookie else []

    async def outcomes(self, path: str) -> dict[str, str]:
        """What becomes of each frame of the socket at `path`."""
        socket = Socket(routing.signed_in, f"{path}{self.notebook.pk}", self.headers)
        assert await socket.connect()
        first = await socket.receive_output(20)
        if first["type"] == "websocket.close" or json.loads(first["text"])["type"] == "role":
            code = first.get("code") or await socket.closed()
            return dict.fromkeys(frames_of(path), str(code))
        found = {kind: await self._outcome(socket, kind) for kind in frames_of(path)}
        await socket.cut()
        return found

    async def _outcome(self, socket: Socket, kind: str) -> str:
        if make := BINARY.get(kind):
            await socket.send_input({"type": "websocket.receive", "bytes": make()})
        else:
            await socket.send({"type": kind, "id": kind, **REQUESTED.get(kind, {})})
        await socket.send({"type": "dance", "id": f"after {kind}"})
        heard = [frame async for frame in _until_refused(socket, f"after {kind}")]
        if any(frame.get("code") == "read-only" for frame in heard):
            return "refused"
        while kind == "Edit" and not any(frame.get("type") == "ack" for frame in heard):
            heard.append(await _frame(socket))
        return "yes"


async def _until_refused(socket: Socket, name: str) -> AsyncIterator[dict[str, Any]]:
    """What the platform says until it has refused the frame called `name`, which no socket knows."""
    while (frame := await _frame(socket)).get("id") != name:
        yield frame


async def _frame(socket: Socket) -> dict[str, Any]:
    message = await socket.receive_output(20)
    assert message["type"] == "websocket.send", message
    return dict(json.loads(message.get("text") or "{}"))


@pytest_asyncio.fixture
async def people(transactional_db: None) -> AsyncIterator[dict[str, Person]]:
    def make() -> dict[str, Person]:
        notebook, users = cast()
        sessions = {who: session_of(user) if user else "" for who, user in users.items()}
        suspend(users)
        return {who: Person(notebook, cookie) for who, cookie in sessions.items()}

    yield await in_thread(make)
    await rooms().end(1012)


@pytest.mark.parametrize("path", [NOTEBOOK, RUNTIME])
async def test_p53_p54_the_table_is_true_of_frames(people: dict[str, Person], path: str) -> None:
    table = {who: {frame: row[who] for frame, row in frames_of(path).items()} for who in COLUMNS}

    assert {who: await people[who].outcomes(path) for who in COLUMNS} == table


STREAM_OUTCOMES = {
    "refused read-only": {"viewer", "commenter"},
    "refused no-runtime": {"editor", "owner"},
    "4401": {"stranger", "suspended"},
}


async def test_p53_p54_a_stream_is_for_who_may_run_code(people: dict[str, Person]) -> None:
    expected = {who: outcome for outcome, them in STREAM_OUTCOMES.items() for who in them}
    assert {who: await stream_outcome(people[who]) for who in COLUMNS} == {
        who: expected.get(who, "4404") for who in COLUMNS
    }


async def stream_outcome(person: Person) -> str:
    """What becomes of a terminal that somebody asks for; there is no machine, so nobody gets one."""
    socket = Socket(routing.signed_in, f"{RUNTIME}{person.notebook.pk}/streams", person.headers)
    assert await socket.connect()
    await socket.send({"type": "open", "kind": "terminal", "terminal": "x"})
    message = await socket.receive_output(20)
    if message["type"] == "websocket.close":
        return str(message["code"])
    frame = json.loads(message["text"])
    await socket.cut()
    return f"{frame['type']} {frame['code']}"


async def test_p69_the_dashboard_tells_administrators_alone(people: dict[str, Person]) -> None:
    assert {who: await dashboard_outcome(people[who]) for who in COLUMNS} == frames_of("/ws/dashboard")["now"]


async def dashboard_outcome(person: Person) -> str:
    socket = Socket(routing.signed_in, "/ws/dashboard", person.headers)
    assert await socket.connect()
    message = await socket.receive_output(20)
    if message["type"] == "websocket.close":
        return str(message["code"])
    assert json.loads(message["text"])["now"]["runtimes"]["ready"] == 0
    await socket.cut()
    return "yes"


async def test_p57_the_agent_link_takes_no_person(people: dict[str, Person]) -> None:
    for person in people.values():
        for path in ("/ws/agent", "/ws/agent/streams/ticket"):
            assert not await Socket(routing.agents, path, person.headers).connect()
