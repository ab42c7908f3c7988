"""A second peer: JupyterHub with its local spawner, each person with a single-user server and a kernel of their own."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from benchmarks.peer import PeerKernel
from tests.running import free_port, until

ROOT = Path(__file__).resolve().parents[1]
PROXY = Path(__file__).parent / "proxy"
TOKEN = "a-token-for-the-benchmark-alone"
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.command = {proxy}
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie"
c.JupyterHub.concurrent_spawn_limit = 0
c.Authenticator.allow_all = True
c.Spawner.args = ["--allow-root"]
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.environment = {{"JUPYTER_CONFIG_DIR": "{folder}/config", "SHELL": "/bin/bash"}}
c.JupyterHub.services = [{{"name": "bench", "api_token": "{token}", "admin": True}}]
c.JupyterHub.load_roles = [{{"name": "bench", "services": ["bench"],
    "scopes": ["admin:users", "admin:servers", "access:servers"]}}]
"""


class Hub:
    """A running JupyterHub. People sign in nowhere: its API starts their servers, which only makes it quicker."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix="tomoni-hub-")
        install_proxy()
        node = str(next((ROOT / ".venv" / "bin").glob("node")))
        command = [node, str(PROXY / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy")]
        values = {"hub_port": free_port(), "api_port": free_port(), "proxy": command, "token": TOKEN}
        config = Path(self.folder) / "config.py"
        config.write_text(CONFIG.format(port=self.port, folder=self.folder, **values))
        extensions = {"ServerApp": {"jpserver_extensions": {"jupyter_server_ydoc": False}}}
        (Path(self.folder) / "config").mkdir()
        (Path(self.folder) / "config" / "jupyter_server_config.json").write_text(json.dumps(extensions))
        environment = os.environ | {"PYTHONPATH": "", "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"}
        with (Path(self.folder) / "log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", str(config)],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                env=environment,
            )
        until(self._answers, seconds=60, what="JupyterHub")

    def _answers(self) -> bool:
        try:
            return bool(self.ask("GET", "/hub/api/"))
        except OSError:
            return False

    def ask(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=300) as answer:
            raw = answer.read()
        return json.loads(raw) if raw else {}

    def add_person(self, name: str) -> None:
        (Path(self.folder) / name).mkdir()
        self.ask("POST", f"/hub/api/users/{name}")

    def start_server(self, name: str) -> None:
        """Return when the hub says that the server of this person is ready, which it streams as it happens."""
        self.ask("POST", f"/hub/api/users/{name}/server")
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/hub/api/users/{name}/server/progress",
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=300) as events:
            for line in events:
                if line.startswith(b"data:") and json.loads(line.removeprefix(b"data:")).get("ready"):
                    return
        raise RuntimeError(f"the server of {name} did not become ready: {self.log_tail()}")

    def stop_server(self, name: str) -> None:
        """Return when it is gone, also when the hub has only promised it."""
        self.ask("DELETE", f"/hub/api/users/{name}/server")
        until(lambda: not self.ask("GET", f"/hub/api/users/{name}")["servers"], seconds=60, what="the hub to stop it")

    def pid_of(self, name: str) -> int:
        state = self.ask("GET", f"/hub/api/users/{name}?include_stopped_servers=0")["servers"][""]["state"]
        return int(state["pid"])

    @asynccontextmanager
    async def kernel(self, name: str) -> AsyncIterator[PeerKernel]:
        """A new kernel of this person, whose server runs, and a socket to its channels."""
        base = f"/user/{name}/api/kernels"
        made = (await asyncio.to_thread(self.ask, "POST", base, {"name": "python3"}))["id"]
        address = f"ws://127.0.0.1:{self.port}{base}/{made}/channels?token={TOKEN}&session_id={uuid.uuid4().hex}"
        headers = {"Authorization": f"token {TOKEN}"}
        async with connect(address, max_size=None, open_timeout=120, additional_headers=headers) as opened:
            yield PeerKernel(opened, lambda: self.ask("POST", f"{base}/{made}/interrupt"))

    def log_tail(self) -> str:
        return (Path(self.folder) / "log").read_text()[-2000:]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def install_proxy() -> None:
    """The proxy that JupyterHub wants comes from npm, by a lock file of its own."""
    if not (PROXY / "node_modules").is_dir():
        path = f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(["npm", "ci", "--silent"], cwd=PROXY, check=True, env=os.environ | {"PATH": path})
