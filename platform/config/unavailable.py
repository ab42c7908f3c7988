"""What is answered while the database takes nobody: 503, with a time after which to try again, and not an error."""

from collections.abc import Awaitable, Callable
from typing import Any

import django.db

AGAIN_AFTER = "5"
AWAY = (django.db.OperationalError, django.db.InterfaceError)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class SocketsAnswered:
    """Answers a socket's handshake that needs the database and does not get it; later a consumer sees to it."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_open = False

        async def note(message: Any) -> None:
            nonlocal is_open
            is_open = True
            await send(message)

        try:
            await self.application(scope, receive, note)
        except AWAY:
            if is_open:
                raise
            await refuse(scope, send)


async def refuse(scope: Scope, send: Send) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    headers = [(b"retry-after", AGAIN_AFTER.encode())]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})
