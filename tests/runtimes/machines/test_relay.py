"""What boxes on another host can reach of the platform through the relay: their agent link, and nothing else."""

import asyncio

import pytest

from runtimes.machines.relay import Platform, Relay, called, rewritten

PLATFORM = Platform.at("http://tomoni.example:8000")
OPENING = (
    b"GET /ws/agent HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: abc==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer token\r\n"
)


def test_the_opening_of_a_link_is_passed_on_with_what_it_needs():
    sent = rewritten(OPENING + b"Cookie: a=b\r\nX-Forwarded-For: 1.2.3.4\r\nContent-Length: 5\r\n\r\n", PLATFORM)
    assert sent is not None
    assert sent.startswith(b"GET /ws/agent HTTP/1.1\r\nHost: tomoni.example:8000\r\n")
    for kept in (b"Upgrade: websocket", b"Sec-WebSocket-Key: abc==", b"Authorization: Bearer token"):
        assert kept in sent
    for dropped in (b"Cookie", b"X-Forwarded-For", b"Content-Length"):
        assert dropped not in sent


@pytest.mark.parametrize(
    "head",
    [
        OPENING.replace(b"/ws/agent", b"/ws/runtimes/1"),
        OPENING.replace(b"/ws/agent", b"/ws/agent/../runtimes"),
        OPENING.replace(b"/ws/agent", b"/api/notebooks"),
        OPENING.replace(b"GET", b"POST"),
        OPENING.replace(b"Upgrade: websocket\r\n", b""),
        OPENING.replace(b"HTTP/1.1", b"HTTP/1.0"),
        b"\r\n",
    ],
)
def test_nothing_else_is(head):
    assert rewritten(head + b"\r\n", PLATFORM) is None


def test_the_platforms_address_says_how_it_is_reached():
    assert Platform("tomoni.example", 8000, is_secure=False) == PLATFORM
    assert Platform.at("https://tomoni.example") == Platform("tomoni.example", 443, is_secure=True)
    assert rewritten(OPENING.replace(b"/ws/agent", b"/ws/agent/streams/ab-1_") + b"\r\n", PLATFORM) is not None


CALL = b"POST /box/call HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer token\r\nContent-Length: 2\r\n"


def test_a_call_is_passed_on_with_its_token_and_length_alone():
    head, length = called(CALL + b"Cookie: a=b\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n", PLATFORM) or (b"", 0)
    assert length == 2
    assert head.startswith(b"POST /box/call HTTP/1.1\r\nHost: tomoni.example:8000\r\nAuthorization: Bearer token\r\n")
    assert b"Cookie" not in head and b"X-Forwarded-For" not in head and b"Connection: close" in head


@pytest.mark.parametrize(
    "head",
    [
        CALL.replace(b"/box/call", b"/api/notebooks"),
        CALL.replace(b"/box/call", b"/box/call/../../admin"),
        CALL.replace(b"POST", b"GET"),
        CALL.replace(b"Content-Length: 2\r\n", b""),
        CALL.replace(b"Content-Length: 2", b"Content-Length: 65537"),
        CALL.replace(b"Content-Length: 2", b"Content-Length: +2"),
        CALL + b"Content-Length: 3\r\n",
        CALL + b"Transfer-Encoding: chunked\r\n",
        CALL.replace(b"Authorization: Bearer token\r\n", b""),
    ],
)
def test_no_other_call_is(head):
    assert called(head + b"\r\n", PLATFORM) is None


async def test_a_call_gets_its_answer_and_what_follows_it_is_not_passed_on(tmp_path):
    arrived = []

    async def platform(reader, writer):
        arrived.append(await reader.readexactly(len((called(CALL + b"\r\n", near) or (b"",))[0]) + 2))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(platform, "127.0.0.1", 0)
    near = Platform("127.0.0.1", server.sockets[0].getsockname()[1], is_secure=False)
    relay = await asyncio.start_unix_server(Relay(near).answer, path=str(tmp_path / "s"))
    async with server, relay:
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
        writer.write(CALL + b"\r\n[]GET /admin/ HTTP/1.1\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), 10)).endswith(b"{}")
        writer.close()
    assert [whole.endswith(b"\r\n\r\n[]") for whole in arrived] == [True]
