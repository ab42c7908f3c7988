"""pg_dump and pg_restore of a version that fits, and how they reach our database."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

from config.embedded.postgres import PROGRAMS

DEBIAN = Path("/usr/lib/postgresql")
NOT_FOR_LIBPQ = frozenset({"pool", "isolation_level", "server_side_binding", "assume_role"})


class NoProgram(Exception):
    """No PostgreSQL programs that fit this server; the sentence says which are wanted."""


class ProgramFailed(Exception):
    """PostgreSQL's program said why."""


@dataclass(frozen=True)
class Programs:
    """The folder of pg_dump and pg_restore."""

    folder: Path

    @cached_property
    def version(self) -> int:
        """The major version; 0 if there is no such program."""
        try:
            said = subprocess.run([self.folder / "pg_dump", "--version"], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return 0
        found = re.search(r"(\d+)", said.stdout)
        return int(found[1]) if found else 0

    def run(self, program: str, *words: str) -> None:
        """Run one of them against our database; raises ProgramFailed with what it said."""
        database = connection.settings_dict
        environment = os.environ | {"PGPASSWORD": database["PASSWORD"]} if database["PASSWORD"] else None
        command = [str(self.folder / program), *words, f"--dbname={conninfo()}"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ProgramFailed(f"{program} failed: {done.stderr.strip()[-2000:]}")


def programs_for(*versions: int) -> Programs:
    """Those that know all of these versions: the oldest of them, for a newer one may write what a server does not know.

    The embedded server's own, the system's, and those on the path are looked at.
    """
    wanted = max(versions)
    fitting = [programs for programs in _found() if programs.version >= wanted]
    if not fitting:
        raise NoProgram(
            f"The database needs pg_dump and pg_restore of PostgreSQL {wanted} or newer, and none is installed here: "
            f"install the package postgresql-client-{wanted}."
        )
    return min(fitting, key=lambda programs: programs.version)


def server_version() -> int:
    """The major version of the database's server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::integer / 10000")
        return int(cursor.fetchone()[0])


def conninfo() -> str:
    """Our database's address as libpq writes it, without the password."""
    database = connection.settings_dict
    places = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"], "dbname": database["NAME"]}
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if name not in NOT_FOR_LIBPQ}
    return make_conninfo(**{name: str(value) for name, value in (places | options).items() if value})


def _found() -> Iterator[Programs]:
    yield Programs(PROGRAMS)
    yield from (Programs(folder) for folder in DEBIAN.glob("*/bin"))
    if on_path := shutil.which("pg_dump"):
        yield Programs(Path(on_path).parent)
