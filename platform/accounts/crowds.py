"""How many sockets one person may hold open.

Counted by account and not by address: a class behind one address is many people. Counted in each web process by itself,
so that nothing has to be asked or forgotten elsewhere; whoever is nobody is let through, to be refused by the consumer.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

TOO_MUCH = 4429


class SocketLimit:
    """Closes a socket with 4429 whose person has TOMONI_SOCKETS_PER_USER of them in this process already."""

    def __init__(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        self.app = app
        self._open: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        person = scope["user"].pk
        if person is None:
            await self.app(scope, receive, send)
        elif self._open[person] >= settings.TOMONI_SOCKETS_PER_USER:
            # Accepted first, since a page learns no reason from a socket that never opened.
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": TOO_MUCH, "reason": "too many sockets of one person"})
        else:
            await self._counted(person, scope, receive, send)

    async def _counted(self, person: int, scope: Scope, receive: Receive, send: Send) -> None:
        self._open[person] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]
