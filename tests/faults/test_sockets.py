"""Sockets opened by strangers, from elsewhere, or used without measure."""

import asyncio
import http.client
import json
import socket
import struct
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection as AsyncConnection
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.clients import Caller, Typist
from tests.rounds import rounds
from tests.running import RunningPlatform, run_platform, until

PATHS = ("/ws/notebooks/{notebook}", "/ws/runtimes/{notebook}")


def resident(platform: RunningPlatform) -> int:
    """Bytes of memory that the web processes hold."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in platform.pids()["web"]]
    return sum(pages) * 4096


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def platform(request: pytest.FixtureRequest) -> Iterator[RunningPlatform]:
    """A running platform with either server: the application is the same."""
    yield from run_platform(TOMONI_SERVER=request.param)


@pytest.fixture(scope="module")
def notebook(platform: RunningPlatform, ada: Caller, bob: Caller) -> str:
    """One for all tests: none of them minds what another has typed."""
    made = str(platform.testctl("notebook", ada.email)["id"])
    platform.testctl("share", made, bob.email, "editor")
    return made


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest, notebook: str) -> Iterator[str]:
    yield request.param.format(notebook=notebook)


def knock(address: str, origin: str | None, headers: dict[str, str]) -> None:
    """Open a socket and wait for its first frame."""
    with connect(address, origin=Origin(origin) if origin else None, additional_headers=headers) as opened:
        opened.recv(timeout=5)


def foreign_origins(address: str) -> list[str | None]:
    host, port = address.removeprefix("http://").split(":")
    other_port = f"http://{host}:{int(port) + 1}"
    return [
        None,
        "null",
        "http://evil.example",
        other_port,
        f"https://{host}:{port}",
        f"http://{host}.evil.example:{port}",
    ]


def test_p52_a_foreign_page_opens_no_socket(platform: RunningPlatform, ada: Caller, path: str) -> None:
    address = platform.address.replace("http", "ws", 1) + path
    for origin in foreign_origins(platform.address):
        with pytest.raises(InvalidStatus) as refused:
            knock(address, origin, {"Cookie": ada.cookie})
        assert refused.value.response.status_code == 403, origin


def test_a_stranger_and_nobody_open_no_socket(platform: RunningPlatform, path: str) -> None:
    address = platform.address.replace("http", "ws", 1) + path
    cleo = Caller(platform, "cleo@example.org")
    for cookie in ("", cleo.cookie):
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            knock(address, platform.address, {"Cookie": cookie})


def test_p74_a_frame_of_a_hundred_megabytes_ends_its_socket_and_costs_nothing(
    platform: RunningPlatform, ada: Caller, path: str
) -> None:
    before = resident(platform)
    with ada.socket(path) as opened, pytest.raises(ConnectionClosed):
        opened.send(b"\0" * 100 * 2**20)
        while True:
            opened.recv(timeout=20)
    assert resident(platform) < before + 60 * 2**20


def test_p74_a_flood_of_frames_ends_its_socket(platform: RunningPlatform, ada: Caller, path: str) -> None:
    with ada.socket(path) as opened, pytest.raises(ConnectionClosed):
        for number in range(50_000):
            opened.send(json.dumps({"type": "ping", "number": number}))
        while True:
            opened.recv(timeout=20)
    assert platform.get("/healthz")


async def crowd(caller: Caller, path: str, size: int) -> Counter[int]:
    """Open so many sockets and hold them; how many were let in (0), and with which codes the others were closed."""
    address = caller.platform.address.replace("http", "ws", 1) + path
    headers, origin = {"Cookie": caller.cookie}, Origin(caller.platform.address)
    at_once = asyncio.Semaphore(50)
    codes: Counter[int] = Counter()

    async def come() -> AsyncConnection:
        async with at_once:
            opened = await connect_async(
                address, origin=origin, additional_headers=headers, open_timeout=60, max_queue=None
            )
            try:
                await asyncio.wait_for(opened.recv(), 60)
                codes[0] += 1
            except ConnectionClosed as closed:
                codes[closed.rcvd.code if closed.rcvd else -1] += 1
        return opened

    for opened in await asyncio.gather(*(come() for _ in range(size))):
        opened.transport.abort()
    return codes


def test_p74_a_crowd_of_sockets_of_one_person_is_capped_and_others_go_on(
    platform: RunningPlatform, ada: Caller, bob: Caller, notebook: str, cell: str, path: str
) -> None:
    size, before = rounds(500, 5000), resident(platform)
    with Typist(bob, notebook, cell) as typist:
        until(lambda: typist.acknowledged)
        codes = asyncio.run(crowd(ada, path, size))
        typed = typist.typed
        until(lambda: len(typist.acknowledged) > typed)
    assert set(codes) == {0, 4429}
    assert codes[0] <= 2 * 200
    assert codes.total() == size
    assert typist.problems == []
    assert resident(platform) < before + 150 * 2**20
    with ada.socket(path) as opened:
        assert opened.recv(timeout=10)


def test_p74_compression_is_not_agreed_on_so_that_no_frame_grows(ada: Caller, path: str) -> None:
    bomb = zlib.compress(bytes(2**26), wbits=-15)
    # A whole text frame, said to be compressed, and masked by zeros.
    header = struct.pack("!BBQ", 0xC1, 0xFF, len(bomb))
    with ada.socket(path) as opened:
        assert opened.request is not None
        assert "permessage-deflate" in opened.request.headers["Sec-WebSocket-Extensions"]
        assert opened.protocol.extensions == []
        opened.socket.sendall(header + bytes(4) + bomb)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                opened.recv(timeout=10)
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1002  # Daphne hangs up without a word


def test_p74_a_head_without_end_is_cut(platform: RunningPlatform) -> None:
    with socket.create_connection(("localhost", platform.port)) as client, pytest.raises(ConnectionError):
        client.sendall(b"GET /ws/agent HTTP/1.1\r\n")
        for _ in range(100_000):
            client.sendall(b"X-Padding: " + b"x" * 1000 + b"\r\n")


def test_p42_a_string_of_two_hundred_megabytes_is_refused_and_not_kept(platform: RunningPlatform, ada: Caller) -> None:
    token = platform.testctl("token", ada.email)["token"]
    before = resident(platform)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="long.ipynb"\r\n\r\n{"cells": "'
    link = http.client.HTTPConnection("localhost", platform.port, timeout=60)
    link.putrequest("POST", "/api/notebooks/import")
    link.putheader("Authorization", f"Bearer {token}")
    link.putheader("Content-Type", "multipart/form-data; boundary=b")
    link.putheader("Transfer-Encoding", "chunked")
    link.endheaders()
    most = before
    for piece in [head, *[b"x" * 2**20] * 200, b'"}\r\n--b--\r\n', b""]:
        link.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        most = max(most, resident(platform))
    answer = link.getresponse()
    assert answer.status == 413
    assert "larger than 100 MB" in json.loads(answer.read())["message"]
    assert most < before + 60 * 2**20


def test_p53_an_unknown_frame_is_refused_by_name_and_the_socket_lives(ada: Caller, path: str) -> None:
    with ada.socket(path) as opened:
        opened.send(json.dumps({"type": "conjure", "id": "1"}))
        refused = next_of(opened, "refused")
        assert refused["code"] == "unknown-type"
        assert "conjure" in refused["message"]
        opened.send(json.dumps({"type": "ping"}))
        assert next_of(opened, "pong")


def next_of(opened: ClientConnection, kind: str) -> dict[str, str]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        raw = opened.recv(timeout=10)
        if isinstance(raw, str) and json.loads(raw)["type"] == kind:
            return dict(json.loads(raw))
    raise AssertionError(f"no {kind} frame came")


def test_p89_a_made_up_agent_token_opens_no_link(platform: RunningPlatform) -> None:
    address = platform.address.replace("http", "ws", 1) + "/ws/agent"
    for headers in ({}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic eDp4"}):
        with pytest.raises(InvalidStatus) as refused:
            knock(address, None, headers)
        assert refused.value.response.status_code == 403


def test_p82_a_box_reaches_nothing_but_its_agent_link_over_its_socket(platform: RunningPlatform) -> None:
    link = http.client.HTTPConnection("localhost")
    link.sock = socket.socket(socket.AF_UNIX)
    link.sock.connect(str(platform.home / "run" / "link" / "agent.sock"))
    link.request("GET", "/healthz")
    assert link.getresponse().status == 404
