"""When beat sends which task."""

from typing import Any

LEAST_PATIENCE = 15.0  # seconds; a busy worker gets to it


def every(task: str, seconds: float) -> dict[str, Any]:
    """Send `task` so often; one that no worker took for long is not worth taking: others are on their way."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(LEAST_PATIENCE, seconds)}}
