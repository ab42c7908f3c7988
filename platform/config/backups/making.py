"""Makes a backup of an installation in use: what it holds is the state of one moment.

The database's dump is of one snapshot. The files of outputs are copied after it: those that the snapshot refers to were
written before, because a file comes before what refers to it, and none of them goes meanwhile, because clearing waits
(`runtimes.execution.clearing`). What is written during the backup is in the next one. People's drives on this host come
last, each file as it is when it is read.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from config.backups import archive
from config.backups.programs import Programs, programs_for, server_version
from config.embedded.home import Home
from runtimes.allocation.lifecycle import machines
from runtimes.execution.blobs import path_of
from runtimes.execution.clearing import nothing_cleared
from runtimes.execution.models import Blob
from runtimes.machines.provider import CannotAttach
from runtimes.userdata.models import Drive


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup came to."""

    files: int
    bytes: int
    missing: list[str]  # files that the database refers to and the storage has not got
    drives: int
    unread: list[str]  # drives whose disk is broken
    elsewhere: list[str]  # hosts that keep drives which this one does not


def make_backup(path: Path, home: Path, key: str, *, with_key: bool) -> Made:
    """Write the backup; whoever calls has the database at hand. `key` is the one that this installation signs with."""
    key_file = home / "secret_key"
    programs = programs_for(server_version())
    with nothing_cleared(), tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        dump = Path(folder) / archive.DUMP
        with _snapshot() as snapshot:
            blobs = dict(Blob.objects.filter(uses__isnull=False).distinct().values_list("pk", "size"))
            drives = {str(pk): host for pk, host in Drive.objects.exclude(owner=None).values_list("pk", "host")}
            applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
            _dump(programs, snapshot, dump)
        present = {sha256 for sha256 in blobs if default_storage.exists(path_of(sha256))}
        here = {key: settings.TOMONI_DRIVE_BYTES for key in sorted(drives) if machines().keeps_drive(key)}
        manifest = archive.Manifest(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            postgres=programs.version,
            migrations=applied,
            files=len(present),
            key=digest_of_key(key),
            has_key=with_key and key_file.exists(),
            drives=here,
        )
        with archive.write(path, manifest) as writer:
            with dump.open("rb") as stream:
                writer.stream(archive.DUMP, stream, dump.stat().st_size)
            if manifest.has_key:
                writer.text(archive.KEY, key_file.read_text())
            for sha256 in sorted(present):
                with default_storage.open(path_of(sha256)) as stream:
                    writer.stream(archive.FILES + path_of(sha256), stream, default_storage.size(path_of(sha256)))
            unread = [key for key in here if not _add_drive(writer, key)]
    return Made(
        files=len(present),
        bytes=path.stat().st_size,
        missing=sorted(blobs.keys() - present),
        drives=len(here) - len(unread),
        unread=unread,
        elsewhere=sorted({host for key, host in drives.items() if key not in here}),
    )


def _add_drive(writer: archive.Writer, key: str) -> bool:
    """Whether there was anything to be read."""
    with ExitStack() as open_drive:
        try:
            contents = open_drive.enter_context(machines().read_drive(key))
        except CannotAttach:
            return False
        writer.tree(f"{archive.DRIVES}{key}/", contents)
    return True


def key_of(home: Path, configured: str) -> str:
    """The key of this installation: the one of its environment, else the one that its first start made."""
    has_own = (home / "secret_key").exists() and configured.startswith("insecure")
    return Home(home).secret_key() if has_own else configured


def digest_of_key(key: str) -> str:
    """By which a key is recognised and not found out."""
    return hashlib.sha256(f"the key of a backup: {key}".encode()).hexdigest()[:16]


@contextmanager
def _snapshot() -> Iterator[str]:
    """What is read inside is of one moment, which others can share by this name."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _dump(programs: Programs, snapshot: str, path: Path) -> None:
    # Whose tables they are is the business of the server that they are restored on.
    options = ["--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=cache"]
    programs.run("pg_dump", *options, f"--snapshot={snapshot}", f"--file={path}")
