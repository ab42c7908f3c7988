"""What both sockets of execution are made of: a consumer that takes each frame without a detour."""

from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer


class Socket(AsyncWebsocketConsumer):
    """A consumer without a channel of its own: what comes over Redis comes by `hints`, so Redis may be away."""

    channel_layer_alias = "none"

    async def dispatch(self, message: Any) -> None:
        """Channels hops to a thread before each frame, to close database connections; ours are closed where used."""
        await getattr(self, get_handler_name(message))(message)

    async def send_text(self, text: str) -> None:
        await self.send(text_data=text)
