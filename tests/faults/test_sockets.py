"""Sockets opened by strangers, from elsewhere, or used without measure."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.clients import Caller
from tests.running import RunningPlatform

PATHS = ("/ws/notebooks/{notebook}", "/ws/runtimes/{notebook}")


def resident(platform: RunningPlatform) -> int:
    """Bytes of memory that the web processes hold."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in platform.pids()["web"]]
    return sum(pages) * 4096


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
