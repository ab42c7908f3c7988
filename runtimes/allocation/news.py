"""Hints that a runtime's row has changed: sent over Redis, and harmless to lose."""

import logging

import redis.exceptions
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

TAKEN = "pool-taken"  # the group of those who hold links of waiting boxes


def news_group(audience: str) -> str:
    return f"runtime-news.{audience}"


def send_news(audience: str, runtime: str) -> None:
    """Tell every process whose pages watch `audience` to read the row of `runtime` again."""
    _send(news_group(audience), {"type": "runtime.news", "runtime": runtime})


def send_taken(box: str) -> None:
    """Tell every process that a box of the warm pool is somebody's machine now: one of them holds its link."""
    _send(TAKEN, {"type": "hint", "box": box})


def _send(group: str, message: dict[str, str]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group, message)
    except (redis.exceptions.RedisError, OSError):
        logger.warning("Redis is away: a hint to %s is lost, and healed by the next look.", group)
