"""Whose socket it is: by Channels' own rules, but not one after the other.

Channels looks all sessions up in one thread of a process. When the database answers late, everybody's handshake waits
for everybody else's.
"""

from typing import Any, cast

from channels.auth import AuthMiddleware, get_user
from channels.db import database_sync_to_async
from channels.sessions import CookieMiddleware, SessionMiddleware

find_user = database_sync_to_async(cast(Any, get_user).func, thread_sensitive=False)


class WhoseSocket(AuthMiddleware):
    """Puts the user of the session into the scope."""

    async def resolve_scope(self, scope: Any) -> None:
        scope["user"]._wrapped = await find_user(scope)


def signed_in_sockets(application: Any) -> Any:
    """`application` with the session and the user of each socket in its scope."""
    return CookieMiddleware(SessionMiddleware(WhoseSocket(application)))
