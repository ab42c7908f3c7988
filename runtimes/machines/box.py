"""Where the files of one box lie on the host, and the plan by which its monitor builds it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    image: str
    program: str
    memory_bytes: int
    disk_bytes: int
    cpus: float
    pids: int
    lifetime_seconds: float
    network: str
    first_identity: int | None  # None: one identity, that of the user who started us
    has_own_disk: bool


@dataclass(frozen=True)
class Box:
    home: Path
    name: str

    @property
    def folder(self) -> Path:
        return self.home / "boxes" / self.name

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    @property
    def alive(self) -> Path:
        """Locked by the monitor for as long as the box runs; holds the monitor's process id."""
        return self.folder / "alive"

    @property
    def first(self) -> Path:
        """The id of the box's first process, a child of the monitor."""
        return self.folder / "first"

    @property
    def state(self) -> Path:
        """Why the box ended; written once, by the monitor."""
        return self.folder / "state.json"

    @property
    def meter(self) -> Path:
        """What the box has used so far, written each second by the monitor, where the box does not see it."""
        return self.folder / "meter.json"

    @property
    def traffic(self) -> Path:
        """What its way out was used for and should not have been, written by the proxy."""
        return self.folder / "traffic.json"

    @property
    def groups(self) -> Path:
        """The control groups' folders, written before they are made so that they are found after any crash."""
        return self.folder / "groups"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def disk(self) -> Path:
        return self.folder / "disk.img"

    @property
    def changes(self) -> Path:
        """What the box wrote, where it has no disk of its own."""
        return self.folder / "changes"

    @property
    def stage(self) -> Path:
        """Where the monitor's child mounts the layers, seen by that child alone."""
        return self.folder / "stage"

    @property
    def shared(self) -> Path:
        """What the box sees, read-only, as /run/tomoni."""
        return self.folder / "shared"

    @property
    def meminfo(self) -> Path:
        return self.folder / "meminfo"

    @property
    def link(self) -> Path:
        return self.home / "run" / "link"

    def network(self, policy: str) -> Path:
        return self.home / "run" / "net" / policy

    def write_plan(self, plan: Plan) -> None:
        self.plan.write_text(json.dumps(asdict(plan)))

    def read_plan(self) -> Plan:
        return Plan(**json.loads(self.plan.read_text()))
