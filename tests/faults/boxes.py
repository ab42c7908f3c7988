"""The boxes of a running platform, as this host sees them."""

import json
from pathlib import Path

from tests.running import RunningPlatform


def boxes_of(platform: RunningPlatform) -> list[str]:
    """Every box that there is anything of, once for each agent in it."""
    folders = [path.name for path in (platform.home / "boxes").iterdir() if path.is_dir()]
    return sorted(name for name in folders for _ in agents_of(name) or [0])


def agents_of(box: str) -> list[int]:
    """The pids of the agents of a box: one, if all is well."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _is_agent(path, box)]


def _is_agent(process: Path, box: str) -> bool:
    try:
        command = (process / "cmdline").read_bytes().split(b"\0")
        mounts = (process / "root/run/tomoni/agent.json").read_text()
    except OSError:
        return False
    return command[1:3] == [b"-m", b"agent"] and bool(json.loads(mounts)["runtime"] == box)
