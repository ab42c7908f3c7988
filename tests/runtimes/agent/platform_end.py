"""The platform's end of the agent link, as small as the protocol allows, and strict about what it promises."""

import asyncio
import contextlib
import itertools
import json
import uuid

from websockets.asyncio.server import Server, ServerConnection, unix_serve
from websockets.exceptions import ConnectionClosed


class PlatformEnd:
    """Takes numbered frames from a real agent; `frames` holds those that came whole, in order, once each."""

    def __init__(self, folder, token="secret"):
        self.path = folder / "agent.sock"
        self.token = token
        self.frames = []
        self.hellos = []
        self.received = 0
        self.window = 8 * 1024 * 1024
        self.pause = 0.0  # seconds to wait before each acknowledgement
        self.acknowledging = True
        self.refusing = False
        self.refused = 0
        self.welcoming = True
        self.lifetime = 600.0
        self.unnumbered = []
        self.longest = 0
        self.repeated = 0
        self._parts = []
        self._socket: ServerConnection | None = None
        self._news = asyncio.Condition()
        self._ids = itertools.count()
        self._server: Server | None = None

    async def open(self):
        self._server = await unix_serve(
            self._serve, self.path, process_request=self._check, max_size=256 * 1024, compression=None
        )
        self.path.chmod(0o666)  # whoever runs in a box is somebody else here

    async def close(self):
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def _check(self, connection, request):
        if self.refusing or request.headers.get("Authorization") != f"Bearer {self.token}":
            self.refused += 1
            asyncio.get_running_loop().create_task(self._notify())
            return connection.respond(403, "no\n")
        return None

    async def _notify(self):
        async with self._news:
            self._news.notify_all()

    async def _serve(self, socket):
        hello = json.loads(await socket.recv())
        self.hellos.append(hello)
        self._socket = socket
        await self._notify()
        welcome = {"type": "welcome", "generation": 1, "received": self.received, "executions": []}
        welcome |= {"window": self.window, "lifetime": self.lifetime}
        with contextlib.suppress(ConnectionClosed):
            if self.welcoming:
                await socket.send(json.dumps(welcome))
            async for text in socket:
                self.longest = max(self.longest, len(text))
                await self._take(socket, json.loads(text))
                await self._notify()

    async def _take(self, socket, frame):
        if "n" not in frame:
            self.unnumbered.append(frame)
            return
        if frame["n"] <= self.received:
            self.repeated += 1
            return
        assert frame["n"] == self.received + 1, f"gap: {frame['n']} after {self.received}"
        self.received = frame.pop("n")
        self._keep(frame)
        if self.pause:
            await asyncio.sleep(self.pause)
        if self.acknowledging:
            await socket.send(json.dumps({"type": "ack", "n": self.received}))

    def _keep(self, frame):
        if frame["type"] == "part":
            self._parts.append(frame["data"])
            if frame["more"]:
                return
            frame = json.loads("".join(self._parts))
            self._parts.clear()
        self.frames.append(frame)

    def cut(self):
        """Break the link the hard way."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def linked(self, times=1):
        await self.until(lambda: len(self.hellos) >= times)

    async def until_received(self, number):
        await self.until(lambda: self.received >= number)

    async def until_refused(self, times):
        await self.until(lambda: self.refused >= times)

    async def acknowledge(self):
        await self.send(type="ack", n=self.received)

    async def execute_when_linked(self, code):
        await self.linked()
        return await self.execute(code)

    async def send(self, **command):
        while True:
            if self._socket is not None:
                with contextlib.suppress(ConnectionClosed):
                    await self._socket.send(json.dumps(command))
                    return
            await asyncio.sleep(0.02)

    async def execute(self, code, **options):
        execution = options.pop("execution", None) or str(uuid.uuid4())
        await self.send(type="execute", execution=execution, code=code, **options)
        return execution

    async def run(self, code, within=30):
        """Run code to its end and return what came of it."""
        execution = await self.execute(code)
        await self.finished(execution, within)
        return self.of(execution)

    async def ask(self, kind, within=30, **command):
        """Send a command that has a reply, and return the reply."""
        command_id = f"command-{next(self._ids)}"
        await self.send(type=kind, id=command_id, **command)
        return await self.until(lambda: self.first(type="reply", id=command_id), within)

    async def finished(self, execution, within=30):
        return await self.until(lambda: self.first(type="finished", execution=execution), within)

    async def state(self, state, after=0):
        return await self.until(
            lambda: next((frame for frame in self.frames[after:] if is_like(frame, type="kernel", state=state)), None)
        )

    async def until(self, condition, within=30):
        async def wait():
            async with self._news:
                await self._news.wait_for(condition)

        await asyncio.wait_for(wait(), within)
        return condition()

    def first(self, **wanted):
        return next((frame for frame in self.frames if is_like(frame, **wanted)), None)

    def of(self, execution):
        return Story(self.frames, execution)


class Story:
    """What an execution left behind."""

    def __init__(self, frames, execution):
        self.frames = [frame for frame in frames if frame.get("execution") == execution]
        self.messages = [frame["message"] for frame in self.frames if frame["type"] == "message"]
        self.end = next((frame for frame in self.frames if frame["type"] == "finished"), None)

    @property
    def kinds(self):
        return [
            frame["message"]["header"]["msg_type"] if frame["type"] == "message" else frame["type"]
            for frame in self.frames
        ]

    def contents(self, kind):
        return [message["content"] for message in self.messages if message["header"]["msg_type"] == kind]

    def text(self, name="stdout"):
        return "".join(content["text"] for content in self.contents("stream") if content["name"] == name)

    @property
    def error(self):
        return next((content["ename"] for content in self.contents("error")), None)


def is_like(frame, **wanted):
    return all(frame.get(key) == value for key, value in wanted.items())
