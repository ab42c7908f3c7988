"""Calls to the platform, over the socket by which the machine's agent reaches it."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any

SETTINGS = Path("/run/tomoni/agent.json")
PATIENCE = 30.0  # seconds


class NotDone(Exception):
    """The platform refused; `code` says why to programs, the text to people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class _Connection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def call(do: str, /, **values: Any) -> dict[str, Any]:
    """Ask for something; raises NotDone, and OSError while the platform is away."""
    settings = json.loads(SETTINGS.read_text())
    scheme, _, path = settings["url"].partition(":")
    if scheme != "unix":
        raise NotDone("far-away", "This machine reaches the platform over the network, where this is not offered.")
    connection = _Connection(path)
    try:
        headers = {"Authorization": f"Bearer {settings['token']}", "Content-Type": "application/json"}
        connection.request("POST", "/box/call", json.dumps({"do": do, **values}), headers)
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
    finally:
        connection.close()
    if response.status != http.HTTPStatus.OK:
        raise NotDone(answer["code"], answer["message"])
    return answer
