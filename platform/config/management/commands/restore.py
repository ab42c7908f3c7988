"""`manage.py restore FILE`: put a backup into an installation that holds nothing yet."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.backups.archive import NoBackup
from config.backups.making import key_of
from config.backups.programs import NoProgram, ProgramFailed
from config.backups.restoring import CannotRestore, is_of_this_key, restore_backup
from config.embedded.lent_database import database_alone
from config.embedded.problems import CannotStart
from runtimes.machines.provider import CannotAttach


class Command(BaseCommand):
    help = "Put a backup into a new installation. The platform must not be running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"].absolute()
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        home = settings.TOMONI_HOME.absolute()
        own = "" if settings.SECRET_KEY.startswith("insecure") else settings.SECRET_KEY
        try:
            with database_alone(home):
                manifest = restore_backup(file, home, own)
                connection.close()
        except (CannotStart, CannotRestore, NoBackup, NoProgram, ProgramFailed, CannotAttach) as problem:
            raise CommandError(str(problem)) from problem
        told = f"{manifest.files} files of outputs and {len(manifest.drives)} drives"
        self.stdout.write(f"Restored the state of {manifest.made_at}, with {told}.")
        if not is_of_this_key(manifest, key_of(home, settings.SECRET_KEY)):
            self.stderr.write(
                "The secret key is another one than before: people sign in again, and what was sealed with the old "
                "key cannot be opened. If you have it, set TOMONI_SECRET_KEY to it before you start."
            )
        self.stdout.write("Start the platform now.")
