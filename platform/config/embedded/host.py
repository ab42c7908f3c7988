"""`python -m config.embedded.host`: what `make host` starts, one more host of machines for a platform elsewhere.

It runs a worker that does only what its own host can do, the boxes' way out, and a relay that takes their agents to the
platform's address. No page is served here and no file of the platform's is needed; what it needs is the database, Redis
and the secret key, from which the agents' tokens follow.
"""

import asyncio
import os
import socket
import sys
from dataclasses import dataclass

from config.embedded.home import Home
from config.embedded.problems import CannotStart
from config.embedded.settings import environment_for, read_settings
from config.embedded.supervisor import Supervisor, say

KEYS = ("TOMONI_SECRET_KEY", "TOMONI_SECRET_KEY_FILE")


@dataclass(slots=True)
class HostSupervisor(Supervisor):
    """The processes of one such host."""

    async def _start(self) -> None:
        self.home.write("environment.json", self.settings.for_tools(self.environment))
        await self._prepare()
        await self._start_platform()
        say(f"This host keeps machines for {self.settings.address}. Stop it with Ctrl-C; its machines end with it.")

    async def _prepare(self) -> None:
        await self._prepare_machines()

    async def _start_platform(self) -> None:
        relay = [sys.executable, "-m", "runtimes.machines.relay", "--home", str(self.home.path)]
        await self._serve("relay", [*relay, "--platform", self.settings.address])
        await self._serve_egress()
        await self._serve_worker(f"--queues=host.{self.environment.get('TOMONI_HOST_NAME') or socket.gethostname()}")

    async def _until_healthy(self, pid: int | None = None) -> None:
        """No page is served here."""


def main() -> None:
    try:
        settings = read_settings()
        if not (settings.database_url and settings.redis_url and any(os.environ.get(key) for key in KEYS)):
            raise CannotStart("A host needs the platform's DATABASE_URL, REDIS_URL and TOMONI_SECRET_KEY.")
        home = Home(settings.home)
        home.prepare()
        asyncio.run(HostSupervisor(settings, home, environment_for(settings, home)).run())
    except CannotStart as problem:
        sys.exit(f"tomoni: {problem}")


if __name__ == "__main__":
    main()
