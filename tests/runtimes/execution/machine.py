"""A real agent behind a real agent link, and pages with streams to it."""

import asyncio
import json
import os
import socket as sockets
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from channels.routing import ProtocolTypeRouter, URLRouter

from config.routing import agents, socket
from runtimes.execution.consumers import StreamPageConsumer

from .sockets import PATIENCE, Socket

ROOT = Path(__file__).parents[3]
PIECE = 128 * 1024


@asynccontextmanager
async def agent_link(folder: Path):
    """The agents' address, served by uvicorn in this process on a unix socket, as boxes see it."""
    path = folder / "agent.sock"
    listening = sockets.socket(sockets.AF_UNIX)
    listening.bind(str(path))
    application = ProtocolTypeRouter({"websocket": agents})
    config = uvicorn.Config(
        application, ws="websockets-sansio", log_level="warning", lifespan="off", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield path
    server.should_exit = True
    await serving


@asynccontextmanager
async def running_agent(link: Path, runtime: Any, folder: Path):
    (folder / "content").mkdir(exist_ok=True)
    configuration = {"url": f"unix:{link}", "token": "token", "runtime": str(runtime.pk), "lifetime_seconds": 600}
    folders = {"content": str(folder / "content"), "scratch": str(folder)}
    (folder / "agent.json").write_text(json.dumps({**configuration, **folders}))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "runtimes"), "IPYTHONDIR": str(folder / "ipython")}
    environment["HOME"] = str(folder)  # shells that a test ends would leave locks of a developer's own profile behind
    environment.pop("PYTEST_CURRENT_TEST", None)
    command = [sys.executable, "-m", "agent", "--config", str(folder / "agent.json")]
    agent = await asyncio.create_subprocess_exec(*command, env=environment, cwd=folder)
    yield agent
    if agent.returncode is None:
        agent.terminate()
    await asyncio.wait_for(agent.wait(), 15)


class StreamPage:
    """A page's socket for one stream."""

    def __init__(self, user, audience, rights_of, session="session"):
        consumer = StreamPageConsumer.as_asgi(rights_of=rights_of)
        routes = URLRouter([socket("ws/runtimes/<uuid:audience>/streams", consumer)])
        session = SimpleNamespace(session_key=session)
        self.socket = Socket(routes, f"/ws/runtimes/{audience}/streams", user=user, session=session)

    async def connect(self):
        assert await self.socket.connect()
        return self

    async def open(self, **what):
        """Ask for a stream and return the answer."""
        await self.say(type="open", **what)
        return await self.hear()

    async def say(self, **frame):
        await self.socket.send(frame)

    async def send(self, data):
        await self.socket.send_input({"type": "websocket.receive", "bytes": data})

    async def next(self):
        message = await self.socket.receive_output(PATIENCE)
        assert message["type"] == "websocket.send", message
        return message.get("bytes") or json.loads(message["text"])

    async def hear(self, kind=None):
        """The next text frame, of a type if one is given; what comes before is passed over."""
        while True:
            frame = await self.next()
            if isinstance(frame, dict) and kind in {None, frame["type"]}:
                return frame

    async def upload(self, path, data, upload="0123456789abcdef", **end):
        """Send a whole file, each piece when the one before it is written; returns the answer to its end."""
        opened = await self.open(kind="write", path=path, upload=upload)
        if opened["type"] != "opened":
            return opened
        for start in range(opened["size"], len(data), PIECE):
            await self.send(data[start : start + PIECE])
            answer = await self.hear()
            if answer["type"] != "arrived":
                return answer
        await self.say(type="end", **end)
        return await self.hear()

    async def close(self):
        await self.socket.cut()
