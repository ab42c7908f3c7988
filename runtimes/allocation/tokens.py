"""The secret by which an agent proves which runtime it serves."""

import hashlib

from django.utils.crypto import salted_hmac

from runtimes.allocation.models import Runtime
from runtimes.allocation.pool_rows import PoolBox


def agent_token(runtime: Runtime | PoolBox) -> str:
    """The same at every call, so that a start that is repeated after a crash fits the box that it finds."""
    return salted_hmac("runtimes.allocation.agent", str(runtime.pk), algorithm="sha256").hexdigest()


def digest_token(token: str) -> str:
    """What the database keeps of a token, to find its runtime again."""
    return hashlib.sha256(token.encode()).hexdigest()
