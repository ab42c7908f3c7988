"""Calls of code in a box: by the machine's token, over the boxes' own socket, and nothing else."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from config.asgi import application
from runtimes.allocation import drives
from runtimes.allocation.services import request_runtime
from runtimes.allocation.states import Status
from runtimes.allocation.tokens import agent_token, digest_token
from runtimes.execution import box_calls
from runtimes.execution.hints import hints
from runtimes.execution.pages import page_group
from runtimes.userdata.services import keep_secret

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runtime(ada):
    made = request_runtime(ada, "one")
    made.move(Status.STARTING, token_digest=digest_token(agent_token(made)))
    return made


async def ask(token: str, body: Any, path: str = "/box/call", method: str = "POST", port: int | None = None) -> Any:
    """What the whole platform answers to a request over a unix socket (no port) or the network."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    incoming = [{"type": "http.request", "body": raw, "more_body": False}]
    sent: list[Any] = []
    scope: Any = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "scheme": "http", "client": None,
        "server": ("localhost", port) if port else ("/run/agent.sock", None),
        "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {token}".encode())],
    }  # fmt: skip

    async def receive() -> Any:
        if not incoming:
            await asyncio.Event().wait()  # who asked waits for the answer
        return incoming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await application(scope, receive, send)
    text = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], text if port else json.loads(text)


async def test_a_granted_secret_is_given_and_no_other(runtime, ada) -> None:
    token = agent_token(runtime)
    await sync_to_async(keep_secret)(ada, "one", "KEY", "value", True)
    await sync_to_async(keep_secret)(ada, "two", "OTHER", "value", True)
    assert await ask(token, {"do": "secret", "name": "KEY"}) == (200, {"value": "value"})
    assert (await ask(token, {"do": "secret", "name": "OTHER"}))[1]["code"] == "not-granted"
    assert (await ask(token, {"do": "secret", "name": "NONE"}))[1]["code"] == "no-secret"


async def test_without_a_token_of_a_living_machine_there_is_nothing(runtime, ada) -> None:
    await sync_to_async(keep_secret)(ada, "one", "KEY", "value", True)
    question = {"do": "secret", "name": "KEY"}
    for token in ("", "wrong"):
        assert (await ask(token, question))[0] == 403
    await sync_to_async(runtime.move)(Status.STOPPING, reason="user")
    assert (await ask(agent_token(runtime), question))[0] == 403


async def test_the_owners_pages_are_told_and_only_of_what_pages_know(runtime, redis_server) -> None:
    told: list[Any] = []
    await hints().listen(page_group(runtime.pk), told.append)
    token = agent_token(runtime)
    call = {"do": "page", "what": "download", "path": "/content/a.csv", "extra": "<script>"}
    assert await ask(token, call) == (200, {})
    bad: Any
    for bad in ({"do": "page", "what": "close", "path": "/"}, {"do": "page", "what": "download", "path": 1}, [], 1):
        assert (await ask(token, bad))[0] == 422
    await hints().unlisten(page_group(runtime.pk), told.append)
    frame = {"type": "page", "what": "download", "path": "/content/a.csv", "several": False}
    assert [message["frame"] for message in told] == [frame]


async def test_too_large_and_no_json_are_refused(runtime) -> None:
    token = agent_token(runtime)
    assert (await ask(token, b"x" * (64 * 1024 + 1)))[0] == 413
    assert (await ask(token, b"{"))[0] == 422


async def test_a_box_reaches_no_page(runtime) -> None:
    token = agent_token(runtime)
    for path, method in (("/", "GET"), ("/healthz", "GET"), ("/api/notebooks", "GET"), ("/box/call", "GET")):
        assert (await ask(token, b"", path=path, method=method))[0] == 404


async def test_boxes_of_other_hosts_call_over_the_network_and_nobody_without_a_token(runtime, ada) -> None:
    await sync_to_async(keep_secret)(ada, "one", "KEY", "value", True)
    question = {"do": "secret", "name": "KEY"}
    assert await ask(agent_token(runtime), question, port=8000) == (200, b'{"value": "value"}')
    for token in ("", "wrong"):
        assert (await ask(token, question, port=8000))[0] == 403


async def test_many_calls_at_once_are_told_to_wait(runtime) -> None:
    calls = box_calls.BoxCalls()
    calls._under_way["t"] = box_calls.AT_ONCE
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"{}"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"path": "/box/call", "method": "POST", "headers": [(b"authorization", b"Bearer t")]}
    await calls(scope, receive, send)
    assert sent[0]["status"] == 429


async def test_the_drive_is_asked_of_the_owners_pages_until_they_answer(runtime, ada, redis_server) -> None:
    told: list[Any] = []
    await hints().listen(page_group(runtime.pk), told.append)
    token = agent_token(runtime)
    call = {"do": "drive", "place": "/content/drive"}
    assert await ask(token, call) == (200, {"state": "gone", "message": ""})
    assert await ask(token, call | {"begins": True}) == (200, {"state": "asking", "message": ""})
    assert await ask(token, call) == (200, {"state": "asking", "message": ""})
    assert await ask(token, call | {"reminds": True}) == (200, {"state": "asking", "message": ""})
    question = {"type": "page", "what": "drive", "path": "/content/drive", "several": False}
    await hints().unlisten(page_group(runtime.pk), told.append)
    assert [hint["frame"] for hint in told] == [question] * 2

    await sync_to_async(drives.answer)(ada, "one", runtime, "/content/drive", granted=False)
    assert await ask(token, call | {"reminds": True}) == (200, {"state": "refused", "message": ""})
    assert await ask(token, {"do": "drive-off", "begins": True}) == (200, {"state": "gone", "message": ""})


@pytest.mark.parametrize("place", ["/etc", "content", "/content/../etc/a", "/content/" + "a" * 300, "/content/a\0b"])
async def test_a_drive_is_not_shown_just_anywhere(runtime, place: str) -> None:
    status, answer = await ask(agent_token(runtime), {"do": "drive", "place": place, "begins": True})
    assert (status, answer["code"]) == (422, "bad-place")
