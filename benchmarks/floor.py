"""The floor: ipykernel alone, asked over its own ZMQ sockets by the process that measures."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import start_new_async_kernel


class BareKernel:
    """A kernel without a server."""

    def __init__(self, client: AsyncKernelClient) -> None:
        self.client = client

    async def run(self, code: str) -> tuple[float, float, int]:
        """Seconds to the first output, seconds to the end, and no bytes: it has no wire."""
        begun = time.perf_counter()
        name = self.client.execute(code)
        first = 0.0
        while True:
            message: dict[str, Any] = await self.client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != name:
                continue
            if message["msg_type"] in {"stream", "display_data", "execute_result"}:
                first = first or time.perf_counter() - begun
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return first, time.perf_counter() - begun, 0


@asynccontextmanager
async def bare_kernel() -> AsyncIterator[BareKernel]:
    """Start one, and end it."""
    manager, client = await start_new_async_kernel(kernel_name="python3")
    try:
        yield BareKernel(client)
    finally:
        client.stop_channels()
        await asyncio.wait_for(manager.shutdown_kernel(now=True), 20)
