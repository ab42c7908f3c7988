"""The one folder that holds an installation's state, and what the supervisor needs to know to start in it."""

import contextlib
import fcntl
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from config.embedded.postgres import Postgres
from config.embedded.problems import CannotStart
from config.embedded.valkey import Valkey

SOCKET_PATH_LIMIT = 90  # a unix socket's path has at most 107 bytes, and PostgreSQL adds its own name


@dataclass(frozen=True, slots=True)
class Home:
    """The layout of TOMONI_HOME."""

    path: Path

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def agent_socket(self) -> Path:
        return self.run / "link" / "agent.sock"

    @property
    def renewals(self) -> Path:
        return self.run / "renewals.json"

    @property
    def postgres(self) -> Postgres:
        return Postgres(data=self.path / "postgres", run=self.run)

    @property
    def valkey(self) -> Valkey:
        return Valkey(data=self.path / "redis", run=self.run)

    def prepare(self) -> None:
        """Make the folders. Raises CannotStart when that cannot be."""
        if len(str(self.run).encode()) > SOCKET_PATH_LIMIT:
            raise CannotStart(f"The path {self.path} is too long for unix sockets: set TOMONI_HOME to a shorter one.")
        try:
            for folder in (self.path, self.run, self.logs, self.path / "files", self.path / "mail"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Boxes see the folder of this socket, as other users: they may pass through and dial, nothing else.
            self.agent_socket.parent.mkdir(exist_ok=True, mode=0o755)
            (self.run / "writable").write_text("")
        except OSError as problem:
            remedy = "Set TOMONI_HOME to a folder that you may write in, or change the owner of this one."
            raise CannotStart(f"{self.path} cannot be written ({problem.strerror}). {remedy}") from problem

    def lock(self) -> int:
        """Be the only one who runs this installation, until the descriptor is closed. Raises CannotStart."""
        lock = os.open(self.run / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            os.close(lock)
            remedy = "Stop it, or set TOMONI_HOME to another folder."
            raise CannotStart(f"Another Tomoni is running in {self.path}. {remedy}") from problem
        os.ftruncate(lock, 0)
        return lock

    def lock_as_supervisor(self) -> int:
        """As `lock`, and `supervisor` tells our pid from now on. What an earlier supervisor told is forgotten."""
        lock = self.lock()
        self.renewals.unlink(missing_ok=True)
        os.write(lock, str(os.getpid()).encode())
        return lock

    def supervisor(self) -> int | None:
        """The pid of the supervisor that runs this installation, if one does."""
        with contextlib.suppress(CannotStart):
            os.close(self.lock())
            return None
        pid = (self.run / "supervisor.lock").read_text()
        return int(pid) if pid else None

    def secret_key(self) -> str:
        """The key that signs cookies and links, made at the first start."""
        path = self.path / "secret_key"
        if not path.exists():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        return path.read_text()

    def write(self, name: str, value: object) -> None:
        """Write `value` as JSON to a file of this folder that only its owner may read, all at once."""
        path = self.path / name
        partial = path.with_suffix(".partial")
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(value, file, indent=1)
        partial.replace(path)
