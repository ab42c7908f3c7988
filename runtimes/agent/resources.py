"""What the monitor outside the box measured: memory, disk, and kills for lack of memory."""

import asyncio
import json
from pathlib import Path
from typing import Any

OOM_NEWS_WITHIN = 1.5  # seconds after which the monitor has surely written what it saw


class Resources:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, Any]:
        """The latest figures, empty when nobody measures."""
        try:
            figures = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return figures if isinstance(figures, dict) else {}

    def oom_kills(self) -> int:
        return int(self.read().get("oom_kills", 0))

    async def saw_oom(self, before: int) -> bool:
        """Whether something was killed for lack of memory since there were `before` such kills."""
        if not self.read():
            return False
        for _ in range(int(OOM_NEWS_WITHIN / 0.1)):
            if self.oom_kills() > before:
                return True
            await asyncio.sleep(0.1)
        return False
