"""What all sockets are made of: a consumer that takes each frame without a detour."""

import contextlib
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer


class Socket(AsyncWebsocketConsumer):
    """A consumer without a channel of its own: what comes over Redis comes by `hints`, so Redis may be away."""

    channel_layer = None  # type: ignore[assignment]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Take frames one after the other.

        Channels makes a task of each, to listen to a channel beside the socket, and hops to a thread before it, to
        close database connections; ours are closed where used.
        """
        self.scope, self.base_send = scope, send
        with contextlib.suppress(StopConsumer):
            while True:
                message = await receive()
                await getattr(self, get_handler_name(message))(message)

    async def send_text(self, text: str) -> None:
        await self.send(text_data=text)
