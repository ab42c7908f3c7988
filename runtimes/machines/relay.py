"""The agents' way from this host to the platform on another: `--home HOME --platform http(s)://address`.

The boxes of this host dial a unix socket, as they do where the platform is. Here it leads to the platform's address. A
box may dial its agent link and make the calls of `google.colab`, and nothing else. So a request is read before it is
passed on, its head is written anew from what is needed, and bytes flow freely only once the platform has said that this
is a WebSocket now; a call is passed on as a whole, with as many bytes as it says, and ends with the answer.
"""

import argparse
import asyncio
import logging
import re
import signal
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HEAD_BYTES = 16_384
SECONDS_FOR_HEAD = 20
SECONDS_TO_CONNECT = 10
CHUNK = 65_536

_ASKED = re.compile(rb"GET (/ws/agent(?:/streams/[A-Za-z0-9_-]+)?) HTTP/1\.1")
_CALLED = b"POST /box/call HTTP/1.1"
LARGEST_CALL = 65_536
_PASSED_ON = (b"authorization", b"connection", b"upgrade")
_UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Platform:
    host: str
    port: int
    is_secure: bool

    @classmethod
    def at(cls, address: str) -> "Platform":
        parts = urlsplit(address)
        is_secure = parts.scheme == "https"
        return cls(parts.hostname or "localhost", parts.port or (443 if is_secure else 80), is_secure)

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        context = ssl.create_default_context() if self.is_secure else None
        async with asyncio.timeout(SECONDS_TO_CONNECT):
            return await asyncio.open_connection(self.host, self.port, ssl=context, limit=HEAD_BYTES)


def rewritten(head: bytes, platform: Platform) -> bytes | None:
    """The request as the platform gets it; None for anything but the opening of an agent's WebSocket."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    asked = _ASKED.fullmatch(first)
    if asked is None:
        return None
    kept = [line for line in lines if line.split(b":", 1)[0].lower().startswith((*_PASSED_ON, b"sec-websocket-"))]
    if not any(line.lower().replace(b" ", b"") == b"upgrade:websocket" for line in kept):
        return None
    host = f"Host: {platform.host}:{platform.port}".encode()
    return b"\r\n".join([b"GET " + asked[1] + b" HTTP/1.1", host, *kept]) + b"\r\n\r\n"


def called(head: bytes, platform: Platform) -> tuple[bytes, int] | None:
    """The head of a call as the platform gets it, and the length of its body; None for anything else."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    fields = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    lengths = [value for name, value in fields if name == b"content-length"]
    tokens = [value for name, value in fields if name == b"authorization"]
    if first != _CALLED or len(lengths) != 1 or len(tokens) != 1 or not re.fullmatch(rb"[0-9]{1,6}", lengths[0]):
        return None
    if int(lengths[0]) > LARGEST_CALL or any(name == b"transfer-encoding" for name, _ in fields):
        return None
    host = f"Host: {platform.host}:{platform.port}".encode()
    kept = [b"Authorization: " + tokens[0], b"Content-Type: application/json", b"Content-Length: " + lengths[0]]
    return b"\r\n".join([_CALLED, host, *kept, b"Connection: close"]) + b"\r\n\r\n", int(lengths[0])


class Relay:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._carry(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            log.debug("a connection broke", exc_info=True)
        finally:
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(SECONDS_FOR_HEAD):
            head = await reader.readuntil(b"\r\n\r\n")
            request = rewritten(head, self.platform)
            call = called(head, self.platform) if request is None else None
            if call:
                request = call[0] + await reader.readexactly(call[1])
        if request is None:
            writer.write(_NOT_FOUND)
            return
        try:
            far_reader, far_writer = await self.platform.open()
        except (OSError, TimeoutError):
            writer.write(_UNAVAILABLE)
            return
        try:
            far_writer.write(request)
            if call:
                async with asyncio.timeout(SECONDS_FOR_HEAD):
                    await _pump(far_reader, writer)
                return
            async with asyncio.timeout(SECONDS_FOR_HEAD):
                answer = await far_reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            if answer.startswith(b"HTTP/1.1 101 "):
                await _both_ways((reader, far_writer), (far_reader, writer))
        finally:
            far_writer.close()


async def _both_ways(*ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
    """Until either end is closed; each way waits for its reader."""
    tasks = [asyncio.create_task(_pump(*way)) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()


async def serve(listener: socket.socket, platform: Platform) -> None:
    server = await asyncio.start_unix_server(Relay(platform).answer, sock=listener, limit=HEAD_BYTES)
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    async with server:
        await over.wait()


def listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o666)  # boxes dial it as other users; the token decides
    listener.listen(2048)
    return listener


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--platform", required=True)
    asked = parser.parse_args()
    asyncio.run(serve(listen(asked.home / "run" / "link" / "agent.sock"), Platform.at(asked.platform)))


if __name__ == "__main__":
    main()
