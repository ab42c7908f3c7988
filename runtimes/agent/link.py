"""The agent's one connection to the platform.

The agent dials; the platform never does. So a box on the same host, a pod behind address translation and a
student's own machine look the same from there, and nothing has to listen in here. On the same host the URL is
`unix:<path>`: a box without any network reaches the platform by a socket that was bound into it.

The link may break at any byte and is replaced by the next one. What makes that harmless is not here: it is the
spool, which keeps each numbered frame until the platform says that it is committed. A new link begins with our
`hello` and the platform's `welcome`, whose `received` is the last number that it has; older frames are forgotten,
newer ones are sent again in order, and then the stream goes on as if nothing had happened. Sending is a cursor over
the spool, not a queue, so "resend" is not a special case: it is where the cursor starts.

Commands come the other way and are obeyed as they arrive, independently of the sending: an interrupt gets through
while the kernel floods us. They are harmless when repeated, so that direction needs no numbers.

While a link stands, at most `window` bytes may be unacknowledged; then the kernel's output is no longer read and the
kernel waits. Without a link the spool may fill to its bound, so that code runs on while the platform is away.

The platform may refuse our token with 403: the runtime is over. One such answer may be a proxy's mistake while the
platform restarts, so only several in a row end the agent, and with it the box. All other failures are tried again,
for ever, with growing jittered pauses: the box has its own lifetime, kept by its own clock.

Rejected: opening a second connection for commands (two generations to fence instead of one), and acknowledging by the
transport (a process that received a frame may die before it has committed it).
"""

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from .config import Config
from .dialling import PONG_WITHIN, dial
from .spool import Spool

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0  # seconds between attempts
REFUSALS = 3  # in a row, before we believe them


class BadWelcome(Exception):
    """The other end does not speak our protocol."""


class Link:
    def __init__(
        self,
        config: Config,
        spool: Spool,
        hello: Callable[[], dict[str, Any]],
        obey: Callable[[dict[str, Any]], None],
        welcome: Callable[[dict[str, Any]], None] = lambda frame: None,
    ) -> None:
        self._config = config
        self._spool = spool
        self._hello = hello
        self._obey = obey
        self._welcome = welcome
        self._boot = str(uuid.uuid4())
        self._socket: ClientConnection | None = None
        self._pong: asyncio.Task[None] | None = None  # kept until it is sent
        self._welcomed = False

    async def run(self) -> None:
        """Keep a link until the platform refuses our token."""
        refusals, pause = 0, FIRST_PAUSE
        while refusals < REFUSALS:
            self._welcomed = False
            try:
                async with dial(self._config) as socket:
                    await self._serve(socket)
            except InvalidStatus as answer:
                refusals = refusals + 1 if answer.response.status_code == 403 else 0
            except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, BadWelcome):
                refusals = 0
            if self._welcomed:
                refusals, pause = 0, FIRST_PAUSE
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # no secret
            pause = min(2 * pause, LONGEST_PAUSE)

    async def say(self, frame: dict[str, Any]) -> None:
        """Send a frame without a number: lost when there is no link."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(json.dumps(frame))

    async def _serve(self, socket: ClientConnection) -> None:
        welcome = await self._greet(socket)
        received = min(welcome["received"], self._spool.last)
        self._welcomed = True
        self._welcome(welcome)
        self._spool.acknowledge(received)
        self._spool.limit(int(welcome.get("window") or self._config.window))
        self._socket = socket
        sending = asyncio.create_task(self._send_from(socket, received + 1))
        try:
            async for text in socket:
                self._take(json.loads(text))
        finally:
            self._socket = None
            self._spool.limit(None)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _greet(self, socket: ClientConnection) -> dict[str, Any]:
        """Say hello; return the welcome.

        In a box that is kept warm the welcome comes when somebody needs it; until then only pings do.
        """
        await socket.send(json.dumps({"type": "hello", "protocol": 1, "boot": self._boot, **self._hello()}))
        while True:
            frame: Any = json.loads(await asyncio.wait_for(socket.recv(), PONG_WITHIN))
            match frame:
                case {"type": "welcome", "received": int()}:
                    return dict(frame)
                case {"type": "ping"}:
                    await socket.send(json.dumps({"type": "pong"}))
                case _:
                    raise BadWelcome

    async def _send_from(self, socket: ClientConnection, number: int) -> None:
        while True:
            await self._spool.added(number)
            number = max(number, self._spool.first)  # an older link's frames may be acknowledged meanwhile
            if number <= self._spool.last:
                await socket.send(self._spool.frame(number), text=True)
                number += 1

    def _take(self, frame: dict[str, Any]) -> None:
        match frame:
            case {"type": "ack", "n": int(number)}:
                self._spool.acknowledge(min(number, self._spool.last))
            case {"type": "ping"}:
                self._pong = asyncio.create_task(self.say({"type": "pong"}))
            case _:
                self._obey(frame)
