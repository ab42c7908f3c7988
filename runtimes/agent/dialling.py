"""How the agent reaches the platform: always from here to there."""

from typing import Any

from websockets.asyncio.client import connect, unix_connect

from .config import Config

LARGEST_COMMAND = 8 * 1024 * 1024
PING_EVERY, PONG_WITHIN = 10, 30  # seconds


def dial(config: Config, below: str = "") -> connect:
    """Open a WebSocket to the agent link, or to an address below it."""
    options: dict[str, Any] = {
        "additional_headers": {"Authorization": f"Bearer {config.token}"},
        "compression": None,
        "max_size": LARGEST_COMMAND,
        "ping_interval": PING_EVERY,
        "ping_timeout": PONG_WITHIN,
        "close_timeout": 1,
        "proxy": None,
    }
    if config.url.startswith("unix:"):
        return unix_connect(config.url.removeprefix("unix:"), f"ws://localhost/ws/agent{below}", **options)
    return connect(f"{config.url}{below}", **options)
