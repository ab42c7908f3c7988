"""Hints that a runtime's row has changed: sent over Redis, and harmless to lose."""

import logging

import redis.exceptions
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


def news_group(audience: str) -> str:
    return f"runtime-news.{audience}"


def send_news(audience: str, runtime: str) -> None:
    """Tell every process whose pages watch `audience` to read the row of `runtime` again."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(news_group(audience), {"type": "runtime.news", "runtime": runtime})
    except (redis.exceptions.RedisError, OSError):
        logger.warning("Redis is away: pages will see the change of runtime %s at their next look.", runtime)
