"""The socket that a machine dials for one stream: passed on to the web process whose page asked for it."""

import asyncio
from contextlib import AsyncExitStack

import django.db
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from runtimes.allocation.services import runtime_for_token
from runtimes.execution.agent_link import bearer_token
from runtimes.execution.peers import LARGEST, BadTicket, ClientConnection, dial_peer
from runtimes.execution.sockets import Socket
from runtimes.execution.threads import in_thread

TOO_LARGE = 1009


class StreamLinkConsumer(Socket):
    """One stream of one machine. A frame is read when the one before it has been passed on, so the slower end leads."""

    async def connect(self) -> None:
        self._peer: ClientConnection | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._open = AsyncExitStack()
        try:
            runtime = await in_thread(runtime_for_token, bearer_token(self.scope))
            if runtime is None:
                raise BadTicket
            dialling = dial_peer(self.scope["url_route"]["kwargs"]["ticket"], str(runtime.pk))
            self._peer = await self._open.enter_async_context(dialling)
        except (BadTicket, django.db.Error, OSError, TimeoutError, InvalidHandshake):
            await self.close()  # before accept: HTTP 403
            return
        await self.accept()
        self._hearing = asyncio.create_task(self._hear(self._peer))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        data = bytes_data if bytes_data is not None else text_data or ""
        if self._peer is None:
            return
        if len(data) > LARGEST:
            await self.close(TOO_LARGE)
            return
        try:
            await self._peer.send(data)
        except ConnectionClosed:
            await self.close()

    async def disconnect(self, code: int) -> None:
        if self._hearing:
            self._hearing.cancel()
        await self._open.aclose()

    async def _hear(self, peer: ClientConnection) -> None:
        """Pass on what the page says."""
        async for frame in peer:
            await (self.send(bytes_data=frame) if isinstance(frame, bytes) else self.send(text_data=frame))
        await self.close()
