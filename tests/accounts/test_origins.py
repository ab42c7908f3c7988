"""A socket opens only for a page of ours: exactly one Origin header, and one of our addresses to the letter (P52)."""

import threading

import pytest
import uvicorn
from channels.testing import WebsocketCommunicator
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from accounts.origins import OriginGuard
from tests.running import free_port, until

OURS = "https://lab.example"


async def welcome(scope, receive, send):
    """Accept every socket, and wait until it is closed."""
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.TOMONI_ORIGINS = [OURS, "http://localhost:8000"]


async def opens(*origins: bytes) -> bool:
    headers = [(b"host", b"lab.example"), *((b"origin", origin) for origin in origins)]
    socket = WebsocketCommunicator(OriginGuard(welcome), "/ws/anything", headers=headers)
    accepted, _code = await socket.connect(timeout=10)
    await socket.disconnect()
    return accepted


@pytest.mark.parametrize("origin", [b"https://lab.example", b"http://localhost:8000"])
async def test_a_page_of_ours_opens_a_socket(origin):
    assert await opens(origin)


@pytest.mark.parametrize(
    "origin",
    [
        b"null",
        b"",
        b"*",
        b"https://evil.example",
        b"http://lab.example",
        b"https://lab.example:8443",
        b"https://lab.example:443",
        b"https://lab.example/",
        b"https://lab.example.evil.example",
        b"https://evil-lab.example",
        b"https://sub.lab.example",
        b"https://LAB.example",
        b"https://lab.example.",
        b"https://lab.example@evil.example",
        b"https://lab.example\x00.evil.example",
        b"lab.example",
        b"//lab.example",
        b"file://",
        b"http://localhost",
        b"http://localhost:8001",
        b"https://localhost:8000",
        b"http://127.0.0.1:8000",
        b"ftp://localhost:8000",
        b"chrome-extension://abcdef",
        b"https://lab.example https://evil.example",
        b"https://lab.ex\xc3\xa4mple",
    ],
)
async def test_p52_any_other_origin_is_refused(origin):
    assert not await opens(origin)


async def test_p52_a_missing_origin_is_refused():
    assert not await opens()


async def test_p52_two_origins_are_refused():
    assert not await opens(OURS.encode(), b"https://evil.example")
    assert not await opens(OURS.encode(), OURS.encode())


async def test_p52_the_refusal_comes_before_the_socket_is_accepted():
    """A close before an accept is what servers turn into HTTP 403."""
    socket = WebsocketCommunicator(OriginGuard(welcome), "/ws/anything", headers=[(b"origin", b"null")])
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(timeout=10))["type"] == "websocket.close"
    assert await socket.receive_nothing()


@pytest.fixture
def server(settings):
    """The guard behind the server that people meet."""
    config = uvicorn.Config(OriginGuard(welcome), port=free_port(), ws="websockets-sansio", lifespan="off")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    until(lambda: running.started, what="uvicorn")
    yield f"ws://127.0.0.1:{config.port}/ws/anything"
    running.should_exit = True
    thread.join()


@pytest.mark.parametrize("origin", [None, "null", "http://localhost:8001", "https://localhost:8000"])
def test_p52_a_real_client_of_another_origin_meets_http_403(server, origin):
    with pytest.raises(InvalidStatus) as refusal, connect(server, origin=origin):
        pass
    assert refusal.value.response.status_code == 403


def test_a_real_client_of_ours_is_let_in(server):
    with connect(server, origin=Origin("http://localhost:8000")):
        pass


def test_p52_every_browser_socket_is_behind_the_guard():
    from config import routing

    assert isinstance(routing.browsers, OriginGuard)
