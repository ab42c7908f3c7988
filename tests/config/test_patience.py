"""P74: a connection that does not come to its point is closed; one that does is left in peace."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from websockets.asyncio.client import connect

from config.patience import LARGEST_HEAD, PatientForAWhile

SECONDS = 0.2
HALF = b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"


async def application(scope, receive, send) -> None:
    """Answers a page after two limits' time, and echoes on a socket."""
    if scope["type"] == "http":
        while (await receive())["more_body"]:
            continue
        await asyncio.sleep(2 * SECONDS)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


@pytest.fixture
async def address(settings) -> AsyncIterator[tuple[str, int]]:
    settings.TOMONI_REQUEST_SECONDS = SECONDS
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application, http=PatientForAWhile, ws="websockets-sansio", lifespan="off", log_level="error"
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield listening.getsockname()
    server.should_exit = True
    await serving


async def said(address: tuple[str, int], *pieces: bytes, every: float = 0.0) -> bytes:
    """What a client is told that sends these pieces, up to the end of the connection."""
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(*address)
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(every)
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await reader.read()
        writer.close()
    return answer


@pytest.mark.parametrize("beginning", [b"", b"\r\n", b"G", HALF, HALF + b"\r"])
async def test_p74_a_handshake_that_stops_halfway_is_closed(address, beginning) -> None:
    assert await said(address, beginning) == b""


async def test_p74_a_handshake_of_a_byte_at_a_time_is_closed(address) -> None:
    assert await said(address, *[b"%c" % byte for byte in HALF], every=0.02) == b""


async def test_p74_a_head_without_end_is_cut(address) -> None:
    line = b"X-Padding: " + b"x" * 1000 + b"\r\n"
    answer = await said(address, HALF, *[line] * (2 * LARGEST_HEAD // len(line)))
    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""  # a reset may overtake the answer


async def test_p74_so_it_is_after_a_request_and_behind_one(address) -> None:
    page = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for pieces in ([page + HALF], [page, HALF], [page, b"\r\n"]):
        answer = await said(address, *pieces, every=3 * SECONDS)
        assert answer.count(b"200 OK") == 1


async def test_a_request_may_take_long_and_a_socket_may_be_silent(address) -> None:
    async with connect(f"ws://{address[0]}:{address[1]}/ws") as opened:
        await asyncio.sleep(2 * SECONDS)
        await opened.send("still there")
        assert await opened.recv() == "still there"


async def test_a_body_may_take_longer_than_a_head(address) -> None:
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"
    answer = await said(address, head, *[b"x"] * 5, every=SECONDS / 2)
    assert answer.startswith(b"HTTP/1.1 200 OK")
