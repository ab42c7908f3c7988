"""The peer: a jupyter_server of its own, with a kernel, on loopback."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.running import free_port, until

TOKEN = "peer"


class Peer:
    """A running jupyter_server. Output limits are off: with them it drops what it is asked to carry."""

    def __init__(self, *, application: str = "jupyter_server", collaborates: bool = False) -> None:
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix="tomoni-peer-")
        if not collaborates:
            self._without_collaboration()
        options = [
            f"--ServerApp.port={self.port}",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={self.folder}",
            "--ServerApp.open_browser=False",
            "--ServerApp.allow_root=True",
            "--ServerApp.disable_check_xsrf=True",
            "--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=0",
            "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=0",
        ]
        environment = os.environ | {
            "PYTHONPATH": "",
            "JUPYTER_CONFIG_DIR": self.folder,
            "JUPYTER_DATA_DIR": self.folder,
        }
        command = [sys.executable, "-m", application, *options]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=quiet, stderr=quiet, env=environment)
        until(self._answers, seconds=60, what="jupyter_server")

    def _without_collaboration(self) -> None:
        """Only where it is measured, for it makes the others slower."""
        server = {"ServerApp": {"jpserver_extensions": {"jupyter_server_ydoc": False}}}
        disabled = ("@jupyter/collaboration-extension", "@jupyter/docprovider-extension")
        config = Path(self.folder)
        (config / "jupyter_server_config.json").write_text(json.dumps(server))
        (config / "labconfig").mkdir()
        page = {"disabledExtensions": dict.fromkeys(disabled, True)}
        (config / "labconfig" / "page_config.json").write_text(json.dumps(page))

    def _answers(self) -> bool:
        try:
            return bool(self.ask("GET", "/api"))
        except OSError:
            return False

    def ask(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            raw = answer.read()
        return json.loads(raw) if raw else {}

    @asynccontextmanager
    async def kernel(self) -> AsyncIterator["PeerKernel"]:
        """A new kernel and a socket to its channels."""
        made = (await asyncio.to_thread(self.ask, "POST", "/api/kernels", {"name": "python3"}))["id"]
        address = f"ws://127.0.0.1:{self.port}/api/kernels/{made}/channels?token={TOKEN}"
        async with connect(address, max_size=None, open_timeout=120) as opened:
            yield PeerKernel(opened, lambda: self.ask("POST", f"/api/kernels/{made}/interrupt"))
        await asyncio.to_thread(self.ask, "DELETE", f"/api/kernels/{made}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class PeerKernel:
    """One kernel of the peer, as a browser's socket sees it."""

    def __init__(self, opened: ClientConnection, interrupt: Callable[[], object]) -> None:
        self.socket, self.interrupt = opened, interrupt

    async def run(self, code: str) -> tuple[float, float, int]:
        """Seconds to the first output, seconds to the end, bytes of output."""
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": "execute_request", "username": "", "session": name, "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
            "buffers": [],
        }
        tcp: socket.socket = self.socket.transport.get_extra_info("socket")
        begun = time.perf_counter()
        await self.socket.send(json.dumps(message))
        first, size = 0.0, 0
        while True:
            # It leaves Nagle's algorithm on: with an acknowledgement that waits, each answer would come 40 ms late.
            tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            raw = await self.socket.recv()
            answer = json.loads(raw)
            if answer["parent_header"].get("msg_id") != name:
                continue
            kind = answer["msg_type"]
            if kind in {"stream", "display_data", "execute_result"}:
                first = first or time.perf_counter() - begun
                size += len(raw)
            if kind == "status" and answer["content"]["execution_state"] == "idle":
                return first, time.perf_counter() - begun, size
