"""The outside end of the boxes of these tests: lets a test say what runs in which box."""

import json
import os
import queue
import socket
import textwrap
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtimes.machines.box import Box
from runtimes.machines.choose import MachineSettings, provider
from runtimes.machines.provider import BoxRequest, BoxState, Provider

SHELL = Path(__file__).parent / "shell" / "agent"
MIB = 1024**2


@dataclass(frozen=True)
class Outcome:
    status: int | None  # None: it did not end in time
    output: str


class Switchboard:
    """Listens where boxes dial."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        path.chmod(0o666)
        self.listener.listen()
        self.callers: dict[str, queue.Queue[Any]] = {}
        threading.Thread(target=self._answer, daemon=True).start()

    def of(self, name: str) -> "queue.Queue[Any]":
        return self.callers.setdefault(name, queue.Queue())

    def _answer(self) -> None:
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            lines = caller.makefile("rw")
            self.of(json.loads(lines.readline())["runtime"]).put(lines)


class Inhabited:
    """One running box."""

    def __init__(self, lines: Any, box: Box, machines: Provider) -> None:
        self.lines, self.box, self.machines = lines, box, machines

    def run(self, code: str, seconds: float = 30) -> Outcome:
        self.lines.write(json.dumps({"code": textwrap.dedent(code), "seconds": seconds}) + "\n")
        self.lines.flush()
        return Outcome(**json.loads(self.lines.readline()))

    def says(self, code: str) -> str:
        """What the program prints; it must succeed."""
        outcome = self.run(code)
        assert outcome.status == 0, outcome
        return outcome.output.strip()

    @property
    def state(self) -> BoxState:
        return self.machines.list()[self.box.name]

    @property
    def figures(self) -> dict[str, int]:
        figures: dict[str, int] = json.loads((self.box.shared / "stats.json").read_text())
        return figures

    @property
    def monitor(self) -> int:
        return int(self.box.alive.read_text())


class Town:
    """A home with boxes in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.switchboard = Switchboard(home / "run" / "link" / "agent.sock")
        self.machines = provider(MachineSettings(home, agent=SHELL))

    def request(self, name: str, **wishes: Any) -> BoxRequest:
        usual: dict[str, Any] = {
            "token": f"token-of-{name}",
            "agent_url": "unix:/run/tomoni/link/agent.sock",
            "memory_bytes": 256 * MIB,
            "disk_bytes": 256 * MIB,
            "cpus": 1.0,
            "pids": 64,
            "lifetime_seconds": 600,
        }
        return BoxRequest(name, **(usual | wishes))

    def start(self, name: str, **wishes: Any) -> Inhabited:
        self.machines.start(self.request(name, **wishes))
        return Inhabited(self.switchboard.of(name).get(timeout=20), Box(self.home, name), self.machines)


def processes_of(box: Box) -> list[int]:
    """Every process whose root or working folder, or whose mounts, are the box's, seen from this host."""
    found = []
    for process in (path for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            settings = json.loads((process / "root/run/tomoni/agent.json").read_text())
        except OSError:
            continue
        if settings["runtime"] == box.name and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found
