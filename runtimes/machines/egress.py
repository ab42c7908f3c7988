"""The way out of boxes: a filtering HTTP proxy on a Unix socket for each policy. `--home HOME` says where they lie.

What each box may take of it, and what is noticed of its use, is `traffic.py`'s.

Boxes have no network. What they may reach is decided here, twice: by the name that they ask for, and by the address
to which it leads at that moment. The connection then goes to that very address, so that a name which changes its mind
between question and answer gains nothing.
"""

import argparse
import asyncio
import contextlib
import ipaddress
import logging
import os
import re
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from runtimes.machines import traffic
from runtimes.machines.policies import Policy, policies
from runtimes.machines.traffic import Share, Shares, TooMuch

HEAD_BYTES = 65_536
SECONDS_FOR_HEAD = 30
SECONDS_TO_CONNECT = 20
SECONDS_OF_SILENCE = 900
CONNECTIONS = 2_000  # at once, of all boxes under one policy
LOOKUPS = 64  # names looked up at once, in threads, of all boxes
CHUNK = 65_536

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|[0-9A-Fa-f:.]{2,45}")
_OF_THIS_HOP = ("connection", "proxy-", "keep-alive", "host:", "te:", "upgrade")

log = logging.getLogger(__name__)


class Refused(Exception):
    """The proxy will not do that; the text is a sentence for the person in the box."""

    def __init__(self, status: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Wish:
    """What a client asks for: a tunnel, or one plain HTTP exchange whose head is to be passed on."""

    host: str
    port: int
    head: bytes | None


class Proxy:
    """The way out under one policy; `shares` are those of all ways."""

    def __init__(self, home: Path, policy: Policy, shares: Shares) -> None:
        self.home = home
        self.policy = policy
        self.shares = shares
        self.places = asyncio.Semaphore(CONNECTIONS)

    async def serve(self, listener: socket.socket) -> asyncio.Server:
        return await asyncio.start_unix_server(self.answer, sock=listener, limit=HEAD_BYTES)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        slot = traffic.slot_of(writer.get_extra_info("socket"))
        try:
            with self.shares.taken(slot) as share:
                async with self.places:
                    await self._carry(reader, writer, _Client(self.home, slot, share))
        except TooMuch as problem:
            await _say(writer, Refused("429 Too Many Requests", str(problem)))
        except Refused as refusal:
            await _say(writer, refusal)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            log.debug("a connection broke", exc_info=True)
        finally:
            await _close(writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: "_Client") -> None:
        async with asyncio.timeout(SECONDS_FOR_HEAD):
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.LimitOverrunError as problem:
                raise Refused("431 Too Large", "The head of the request is too long.") from problem
        wish = read_wish(head)
        client.refuse_scanning()
        async with client.share.lookups:
            try:
                far_reader, far_writer = await self._connect(wish)
            except Refused:
                client.share.failed(wish.host, wish.port)
                raise
        try:
            if wish.head is None:
                writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:
                far_writer.write(wish.head)
            look = client.looking_at(wish) if wish.head is None else None
            await asyncio.gather(_copy(reader, far_writer, look), _copy(far_reader, writer))
        finally:
            await _close(far_writer)

    async def _connect(self, wish: Wish) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if reason := self.policy.refuses_host(wish.host, wish.port):
            raise Refused("403 Forbidden", reason)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(wish.host, wish.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise Refused("502 Bad Gateway", f"There is no host {wish.host}.") from problem
        addresses = list(dict.fromkeys(str(place[4][0]) for place in found))
        reasons = {address: self.policy.refuses_address(address) or _is_own(address) for address in addresses}
        for address in [address for address, reason in reasons.items() if not reason]:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(SECONDS_TO_CONNECT):
                    return await asyncio.open_connection(address, wish.port)
        if refused := next(filter(None, reasons.values()), ""):
            log.info("refused %s: %s", wish.host, refused)
            raise Refused("403 Forbidden", refused)
        raise Refused("502 Bad Gateway", f"{wish.host} does not answer on port {wish.port}.")


@dataclass(frozen=True)
class _Client:
    """The box at the other end of a connection."""

    home: Path
    slot: int
    share: Share

    def refuse_scanning(self) -> None:
        if self.share.is_scanning:
            traffic.write_down(self.home, self.slot, traffic.SCAN, f"many places in vain: {self.share.tried()}")
            sentence = f"This machine tried {traffic.FAILURES} places in vain within a minute. Wait for a minute."
            raise Refused("429 Too Many Requests", sentence)

    def looking_at(self, wish: Wish) -> Callable[[bytes], None]:
        """Reads what goes into a tunnel first, and ends it if that is a miner's greeting."""

        def look(data: bytes) -> None:
            if traffic.is_stratum(data):
                traffic.write_down(self.home, self.slot, traffic.POOL, f"a miner's protocol to {wish.host}:{wish.port}")
                raise ConnectionAbortedError("a miner's protocol")

        return look


def read_wish(head: bytes) -> Wish:
    lines = head[:-4].decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Refused("400 Bad Request", "This is no HTTP request.")
    method, target, version = words
    if method == "CONNECT":
        host, port = _host_and_port(f"//{target}", None)
        return Wish(host, port, None)
    if not target.startswith("http://"):
        raise Refused("400 Bad Request", "This proxy passes on http:// addresses and tunnels (CONNECT).")
    host, port = _host_and_port(target, 80)
    kept = [line for line in lines[1:] if not line.lower().startswith(_OF_THIS_HOP)]
    address = urlsplit(target)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    named = f"Host: {address.netloc.rpartition('@')[2]}"
    passed_on = [f"{method} {path} {version}", named, *kept, "Connection: close", "", ""]
    return Wish(host, port, "\r\n".join(passed_on).encode("latin-1"))


def _host_and_port(target: str, default: int | None) -> tuple[str, int]:
    try:
        address = urlsplit(target)
        host, port = (address.hostname or "").rstrip("."), address.port or default
    except ValueError as problem:
        raise Refused("400 Bad Request", "The address cannot be read.") from problem
    if port is None or not _HOST.fullmatch(host):
        raise Refused("400 Bad Request", "The address cannot be read.")
    return host.lower(), port


def _is_own(address: str) -> str:
    """A host's own public address leads to whatever listens on all its addresses. A connected datagram socket
    tells, without a packet, from which address we would speak to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, 9))
        except OSError:  # no way there at all: connecting will say so
            return ""
        spoken_from = ipaddress.ip_address(probe.getsockname()[0].split("%")[0])
    return "That address is this host itself." if spoken_from == ipaddress.ip_address(address.split("%")[0]) else ""


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable[[bytes], None] | None = None
) -> None:
    """Until the end. `look` is shown the first piece, and may raise an OSError instead of letting it pass."""
    while True:
        async with asyncio.timeout(SECONDS_OF_SILENCE):
            data = await reader.read(CHUNK)
        if not data:
            break
        if look is not None:
            look(data)
            look = None
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


async def _say(writer: asyncio.StreamWriter, refusal: Refused) -> None:
    body = f"{refusal}\n".encode()
    head = f"HTTP/1.1 {refusal.status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    with contextlib.suppress(OSError):
        writer.write(head.encode() + b"X-Tomoni: refused\r\nConnection: close\r\n\r\n" + body)
        await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def listen(path: Path) -> socket.socket:
    """A socket open to every user id, for each box has its own; boxes without a network cannot see it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o666)
    return listener


async def serve(home: Path) -> None:
    """Until a signal asks us to end."""
    ended, servers = asyncio.Event(), list[asyncio.Server]()
    for kind in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(kind, ended.set)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(LOOKUPS, "lookup"))
    folder, shares = home / "run" / "net", Shares()
    for name, policy in policies().items():
        servers.append(await Proxy(home, policy, shares).serve(listen(folder / name / "proxy.sock")))
    await ended.wait()
    for server in servers:
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    logging.basicConfig(level=os.environ.get("TOMONI_LOG_LEVEL", "INFO"), format="egress: %(message)s")
    asyncio.run(serve(parser.parse_args().home))


if __name__ == "__main__":
    main()
