"""Calls of code in a box: `POST /box/call` over the unix socket that its agent dials too.

A box shows the token of its agent, which all code in it can read, for it is root there. So a call can do no more than
the machine's owner has agreed to for code of this notebook: have a secret or the drive that is granted to it, and tell
the owner's pages something that they treat as data. No cookie and no session count here, and no page of Django's is
reachable.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from runtimes.allocation import drives
from runtimes.allocation.drive_rows import PLACE_LENGTH
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import runtime_for_token
from runtimes.execution.agent_link import bearer_token
from runtimes.execution.pages import tell_pages
from runtimes.machines.drives import refuse_place
from runtimes.machines.provider import CannotAttach
from runtimes.userdata.services import BadSecret, NoSecret, NotGranted, secret_for

PATH = "/box/call"
LARGEST = 64 * 1024
AT_ONCE = 4  # calls of one machine that one process answers at the same time
PAGE_CALLS = frozenset({"download", "view", "upload"})

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Refusal(Exception):
    """The call is not done; status, code and sentence are for the code that called."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code = status, code


class BoxCalls:
    """An ASGI application for connections from boxes."""

    def __init__(self) -> None:
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        token = bearer_token(scope)
        try:
            if scope["path"] != PATH or scope["method"] != "POST":
                raise Refusal(404, "not-found", "There is nothing here.")
            body = await _body(receive)
            if self._under_way[token] >= AT_ONCE:
                raise Refusal(429, "too-fast", "Too many calls at once: wait for the answers.")
            self._under_way[token] += 1
            try:
                runtime, answer, frame = await database_sync_to_async(carry_out)(token, body)
                if frame:
                    tell_pages(runtime, frame)
                status = 200
            finally:
                self._under_way[token] -= 1
                self._under_way += Counter()  # forgets those that have none
        except Refusal as problem:
            status, answer = problem.status, {"code": problem.code, "message": str(problem)}
        await _send(send, status, answer)


def carry_out(token: str, body: bytes) -> tuple[UUID, dict[str, Any], dict[str, Any] | None]:
    """What the machine with this token asks: whose pages, the answer, and what to tell the pages. Raises Refusal."""
    runtime = runtime_for_token(token) if token else None
    if runtime is None:
        raise Refusal(403, "no-runtime", "This machine is over.")
    try:
        call: Any = json.loads(body)
    except ValueError as problem:
        raise Refusal(422, "invalid", "This is no JSON.") from problem
    match call:
        case {"do": "secret", "name": str(name)}:
            return runtime.pk, {"value": _secret(runtime, name)}, None
        case {"do": "drive", "place": str(place)}:
            begins, reminds = (call.get(word) is True for word in ("begins", "reminds"))
            return runtime.pk, *_drive(runtime, place, begins=begins, reminds=reminds)
        case {"do": "drive-off"}:
            return runtime.pk, _drive_off(runtime, begins=call.get("begins") is True), None
        case {"do": "page", "what": str(what), "path": str(path)} if what in PAGE_CALLS:
            frame = {"type": "page", "what": what, "path": path, "several": call.get("several") is True}
            return runtime.pk, {}, frame
    raise Refusal(422, "invalid", "The platform knows no such call.")


def _secret(runtime: Runtime, name: str) -> str:
    try:
        return secret_for(runtime.owner, runtime.audience, name)
    except NoSecret as problem:
        raise Refusal(404, "no-secret", f"There is no secret {name}.") from problem
    except NotGranted as problem:
        raise Refusal(403, "not-granted", f"This notebook may not have the secret {name}.") from problem
    except BadSecret as problem:
        raise Refusal(409, "bad-secret", str(problem)) from problem


def _drive(
    runtime: Runtime, place: str, *, begins: bool, reminds: bool
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """How it stands with the drive, and the question to the owner's pages if it is put now."""
    try:
        refuse_place(place)
    except CannotAttach as problem:
        raise Refusal(422, "bad-place", str(problem)) from problem
    if len(place) > PLACE_LENGTH:
        raise Refusal(422, "bad-place", f"A place for a drive has at most {PLACE_LENGTH} characters.")
    row = drives.want(runtime, place) if begins else drives.look(runtime)
    if row is None:
        return {"state": "gone", "message": ""}, None
    asks = row.state == drives.State.ASKING and (begins or reminds)
    frame = {"type": "page", "what": "drive", "path": row.place, "several": False} if asks else None
    return {"state": row.state, "message": row.sentence}, frame


def _drive_off(runtime: Runtime, *, begins: bool) -> dict[str, Any]:
    if begins:
        drives.give_back(runtime)
    row = drives.look(runtime)
    return {"state": row.state, "message": row.sentence} if row else {"state": "gone", "message": ""}


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "invalid", "The call was broken off.")
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise Refusal(413, "too-large", "A call has at most 64 KiB.")
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, status: int, answer: dict[str, Any]) -> None:
    raw = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(raw)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": raw})
