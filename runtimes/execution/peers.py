"""How two web processes reach each other directly, for what is too much for hints: the bytes of files and terminals.

A page's request and the machine's connection for it may have come to different processes. The page's process makes a
ticket with its own address in it and has the machine dial the platform with the ticket; whichever process the machine
reaches dials on to that address. A ticket is signed, so a machine can lead nobody elsewhere, and is good for one
connection.

Where the web processes share a host (and a TOMONI_HOME), they listen on unix sockets that only their user may open.
With TOMONI_PEER_HOST they listen there on a free TCP port instead, which the other web processes must be able to reach
and nobody else needs to.
"""

import asyncio
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core import signing
from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.asyncio.server import Server, ServerConnection, serve, unix_serve

SALT = "tomoni.stream"
GOOD_FOR = 60  # seconds
LARGEST = 1024 * 1024  # bytes of a frame


class BadTicket(Exception):
    """The ticket is not ours, too old, or for another machine."""


@dataclass(frozen=True, slots=True)
class Ticket:
    text: str
    connection: "asyncio.Future[ServerConnection]"  # the machine's, as passed on by whoever it reached


class Peers:
    """This process, as the others reach it."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._address = ""
        self._starting = asyncio.Lock()
        self._expected: dict[str, asyncio.Future[ServerConnection]] = {}

    async def ticket(self, runtime: str) -> Ticket:
        """A ticket with which the machine called `runtime` reaches this process; `forget` it in the end."""
        address = await self._listen()
        name = secrets.token_hex(16)
        connection = self._expected[name] = asyncio.get_running_loop().create_future()
        text = signing.dumps({"at": address, "runtime": runtime, "name": name}, salt=SALT)
        return Ticket(text, connection)

    def forget(self, ticket: Ticket) -> None:
        """Nobody waits for it any more."""
        self._expected = {name: one for name, one in self._expected.items() if one is not ticket.connection}

    async def close(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _listen(self) -> str:
        async with self._starting:
            if self._server is None:
                await (self._listen_to_network() if settings.TOMONI_PEER_HOST else self._listen_here())
        return self._address

    async def _listen_here(self) -> None:
        folder = Path(settings.TOMONI_HOME) / "run" / "peers"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        await asyncio.to_thread(_clear_away, folder)
        path = folder / f"{os.getpid()}-{secrets.token_hex(3)}"
        self._server = await unix_serve(self._answer, str(path), max_size=LARGEST, compression=None, close_timeout=1)
        self._address = f"unix:{path}"

    async def _listen_to_network(self) -> None:
        host = settings.TOMONI_PEER_HOST
        self._server = await serve(self._answer, host, 0, max_size=LARGEST, compression=None, close_timeout=1)
        port = next(iter(self._server.sockets)).getsockname()[1]
        self._address = f"ws://{f'[{host}]' if ':' in host else host}:{port}"

    async def _answer(self, connection: ServerConnection) -> None:
        assert connection.request
        expected = self._expected.pop(connection.request.path.removeprefix("/"), None)
        if expected is None or expected.done():
            return
        expected.set_result(connection)
        await connection.wait_closed()


def dial_peer(text: str, runtime: str) -> connect:
    """A connection to the process that made this ticket for this machine; raises BadTicket."""
    try:
        ticket = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as problem:
        raise BadTicket from problem
    if ticket["runtime"] != runtime:
        raise BadTicket
    address, name = ticket["at"], ticket["name"]
    if address.startswith("unix:"):
        return unix_connect(
            address.removeprefix("unix:"), f"ws://peer/{name}", max_size=LARGEST, compression=None, close_timeout=1
        )
    return connect(f"{address}/{name}", max_size=LARGEST, compression=None, close_timeout=1, proxy=None)


def _clear_away(folder: Path) -> None:
    """Sockets of processes that have ended."""
    for path in folder.iterdir():
        pid = path.name.partition("-")[0]
        if not (pid.isdecimal() and Path(f"/proc/{pid}").exists()):
            with suppress(OSError):
                path.unlink()


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Peers] = WeakKeyDictionary()


def peers() -> Peers:
    return _by_loop.setdefault(asyncio.get_running_loop(), Peers())


__all__ = ["BadTicket", "ClientConnection", "Ticket", "dial_peer", "peers"]
