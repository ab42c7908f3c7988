"""Puts a backup into an installation that holds nothing yet.

The database comes last and in one transaction: a restore that breaks off leaves an empty database, and is begun again.

Pages may still be open that know what was written after the backup, by several people. What they have cannot be merged
into what was restored, for nobody may bring the words of others. So each document's history gets a new name, its epoch:
such a page starts anew and offers its own unsaved edits as recovered ones.
"""

import tempfile
from pathlib import Path

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import F, Max

from config.backups import archive
from config.backups.making import digest_of_key
from config.backups.programs import programs_for, server_version
from runtimes.allocation.lifecycle import machines
from runtimes.machines.provider import Drive

MODE = 0o600
HOW = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")


class CannotRestore(Exception):
    """The sentence says why and what to do."""


def restore_backup(path: Path, home: Path, key: str) -> archive.Manifest:
    """Raises CannotRestore or NoBackup before anything was changed."""
    manifest = archive.read_manifest(path)
    _refuse_newer(manifest)
    _refuse_occupied()
    programs = programs_for(server_version(), manifest.postgres)
    archive.check(path)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
        dump = Path(folder) / archive.DUMP
        for name, stream in archive.members(path):
            if name == archive.DUMP:
                with dump.open("wb") as file:
                    while chunk := stream.read(archive.CHUNK):
                        file.write(chunk)
            elif archive.is_blob(name):
                _put(name.removeprefix(archive.FILES), File(stream))
            elif name == archive.KEY and key == "":
                (home / "secret_key").touch(MODE)
                (home / "secret_key").write_bytes(stream.read())
        for key, contents in archive.drives(path):
            with machines().write_drive(Drive(key, manifest.drives[key])) as stream:
                contents.copy_to(stream)
        programs.run(
            "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(dump)
        )
    begin_new_epochs()
    return manifest


@transaction.atomic
def begin_new_epochs() -> None:
    """All of them go up by as much, wherever they are noted, so that what belongs together still does."""
    noted = [model for model in apps.get_models() if any(field.name == "epoch" for field in model._meta.get_fields())]
    rows = [model._base_manager for model in noted]
    highest = max(manager.aggregate(highest=Max("epoch"))["highest"] or 0 for manager in rows)
    for manager in rows:
        manager.update(epoch=F("epoch") + highest + 1)


def is_of_this_key(manifest: archive.Manifest, key: str) -> bool:
    """Whether what the key signed and sealed can be read with this one."""
    return manifest.key == digest_of_key(key)


def _refuse_newer(manifest: archive.Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or ()}
    if set(manifest.migrations) - known:
        raise CannotRestore("This backup was made by a newer version of Tomoni: install that one, and restore with it.")


def _refuse_occupied() -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise CannotRestore(
                "There is something in this database already, and a restore replaces nothing. "
                "Set TOMONI_HOME to a new folder, or DATABASE_URL to an empty database."
            )


def _put(path: str, contents: "File[bytes]") -> None:
    if default_storage.exists(path):
        default_storage.delete(path)
    default_storage.save(path, contents)
