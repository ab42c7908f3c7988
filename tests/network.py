"""A network between clients and a platform that is as bad as a test wants: slow, stalling, cut, or a black hole."""

import asyncio
import random
import threading
from dataclasses import dataclass, field
from typing import Self

PIECE = 16 * 1024


@dataclass(slots=True)
class Weather:
    """How bad it is now. On TCP a lost packet shows as a stall of what comes after it."""

    delay: float = 0.0
    jitter: float = 0.0
    stalls: float = 0.0  # how likely each piece is to wait as for a lost packet
    stall: float = 0.6
    bytes_per_second: float = float("inf")
    lifetime: float = float("inf")  # every connection is cut at this age
    is_swallowing: bool = False  # nothing arrives any more, and nobody is told

    def lateness(self) -> float:
        late = self.delay + random.uniform(0, self.jitter)
        return late + (self.stall if random.random() < self.stalls else 0)


@dataclass(slots=True)
class Network:
    """Listens on `port` and leads to `target`, in a thread of its own."""

    target: int
    address: str = "127.0.0.1"
    weather: Weather = field(default_factory=Weather)
    cuts: int = 0
    freed: int = 0  # connections that the platform has given up
    port: int = field(init=False, default=0)
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _end: asyncio.Event = field(init=False)
    _thread: threading.Thread = field(init=False)
    _is_up: threading.Event = field(init=False, default_factory=threading.Event)
    _connections: set[asyncio.Task[None]] = field(init=False, default_factory=set)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._is_up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def cut(self) -> None:
        """Cut every connection now."""
        self._loop.call_soon_threadsafe(lambda: [connection.cancel() for connection in self._connections])

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._accept, self.address, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        await self._end.wait()
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._connect(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream, toward = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ways = [
            asyncio.create_task(self._carry(reader, toward, is_from_platform=False)),
            asyncio.create_task(self._carry(upstream, writer, is_from_platform=True)),
        ]
        try:
            age = self.weather.lifetime if self.weather.lifetime != float("inf") else None
            done, _ = await asyncio.wait(ways, timeout=age, return_when=asyncio.FIRST_COMPLETED)
            self.cuts += not done
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            writer.transport.abort()
            toward.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_from_platform: bool
    ) -> None:
        """Carry one way, in order: what is late makes what follows late, and a full line makes the sender wait."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
        delivering = asyncio.create_task(self._deliver(under_way, writer))
        try:
            while data := await reader.read(PIECE):
                if not self.weather.is_swallowing:
                    await asyncio.sleep(len(data) / self.weather.bytes_per_second)
                    await under_way.put((self._loop.time() + self.weather.lateness(), data))
            if self.weather.is_swallowing:
                self.freed += is_from_platform
                await asyncio.sleep(3600)
            await under_way.join()
        except OSError:
            self.freed += is_from_platform and self.weather.is_swallowing
        finally:
            delivering.cancel()

    async def _deliver(self, under_way: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
        while True:
            due, data = await under_way.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            writer.write(data)
            await writer.drain()
            under_way.task_done()
