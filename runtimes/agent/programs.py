"""The programs of third-party widgets, which packages bring along for notebooks (`share/jupyter/nbextensions`)."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

MODULE = re.compile(r"(?:@[\w.-]+/)?[\w-][\w.-]*")
PIECE = 100_000  # characters in an answer
LARGEST = 8_000_000


def piece(name: str, start: int, folders: list[str]) -> dict[str, Any] | None:
    """Characters from `start` on of what the package `name` brought, and of how many; None when it brought nothing."""
    if not MODULE.fullmatch(name) or ".." in name:
        return None
    for folder in folders:
        file = Path(folder) / "nbextensions" / name / "index.js"
        if file.is_file() and file.stat().st_size <= LARGEST:
            text = _text(file, file.stat().st_mtime_ns)
            return {"text": text[start : start + PIECE], "next": min(len(text), start + PIECE), "count": len(text)}
    return None


@lru_cache(maxsize=1)
def _text(file: Path, changed_at: int) -> str:
    """Read once for all its pieces, until it changes."""
    return file.read_text(errors="replace")
