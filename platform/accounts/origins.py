"""Browser sockets open only for pages of our own addresses.

Cookies are shared by all ports of a host name, and a browser sends them with a socket from any page: the `Origin`
header is all that tells our page from another. It has to be one of `settings.TOMONI_ORIGINS`, to the letter.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from django.conf import settings

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class OriginGuard:
    """Refuses a socket with HTTP 403, before it opens, unless its origin is ours; `null` and no origin are not."""

    def __init__(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not is_ours(scope["headers"]):
            # Closing a socket that was not accepted is how ASGI says 403.
            await send({"type": "websocket.close", "code": 4403, "reason": "foreign origin"})
            return
        await self.app(scope, receive, send)


def is_ours(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """True when exactly one `Origin` header is there and names one of our addresses."""
    origins = [value for name, value in headers if name.lower() == b"origin"]
    return len(origins) == 1 and origins[0] in {origin.encode() for origin in settings.TOMONI_ORIGINS}
