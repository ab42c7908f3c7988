"""What the box was told about itself: read once, from `agent.json`."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

WINDOW = 8 * 1024 * 1024  # bytes that may be on the way, unacknowledged


class BadConfig(Exception):
    """The file is missing or lacks something; the text says which."""


@dataclass(frozen=True, slots=True)
class Config:
    url: str  # ws://…, wss://… or unix:<path>
    token: str
    runtime: str
    lifetime_seconds: float
    window: int
    kernel: str
    content: Path
    stats: Path
    scratch: Path
    waits_seconds: float = 0.0  # this box is kept warm: it dials when its kernel is ready, and waits to be welcomed
    imports: tuple[str, ...] = ()  # what that kernel imports ahead


def read_config(path: Path) -> Config:
    try:
        values = json.loads(path.read_text())
        return Config(
            url=values["url"],
            token=values["token"],
            runtime=values["runtime"],
            lifetime_seconds=float(values["lifetime_seconds"]),
            window=int(values.get("window", WINDOW)),
            kernel=values.get("kernel", "python3"),
            content=Path(values.get("content", "/content")),
            stats=path.with_name("stats.json"),
            scratch=Path(values.get("scratch", tempfile.gettempdir())),
            waits_seconds=float(values.get("waits_seconds", 0)),
            imports=tuple(values.get("imports", ())),
        )
    except OSError as problem:
        raise BadConfig(f"{path} cannot be read: {problem.strerror}") from problem
    except (KeyError, TypeError, ValueError) as problem:
        raise BadConfig(f"{path} is not a good configuration: {problem!r}") from problem
