"""The bridge from the event loop to the database: one call of a sync function, in a thread of the pool."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


async def in_thread(work: Callable[Arguments, Result], *values: Arguments.args, **named: Arguments.kwargs) -> Result:
    """What `work` gives, run where it may wait for the database."""
    return await database_sync_to_async(work, thread_sensitive=False)(*values, **named)
