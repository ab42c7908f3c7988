"""What a person may do with a machine for an audience: asked of whoever knows who may see what."""

from collections.abc import Awaitable, Callable
from enum import IntEnum

from accounts.models import User


class Rights(IntEnum):
    """Each includes those before it."""

    SIGNED_OUT = 0
    NOTHING = 1
    LOOK = 2
    RUN = 3


RightsOf = Callable[[User, str, str], Awaitable[Rights]]
"""`rights_of(user, session key, audience)`: what PostgreSQL says now."""
