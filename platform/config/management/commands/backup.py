"""`manage.py backup FILE [--without-key]`: write everything that people made into one file, while they work."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.backups.making import key_of, make_backup
from config.backups.programs import NoProgram, ProgramFailed
from config.embedded.lent_database import database_at_hand
from config.embedded.problems import CannotStart
from runtimes.machines.provider import CannotAttach


class Command(BaseCommand):
    help = "Write everything that people made into one file. The platform may be running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--without-key", action="store_true", help="leave out the secret key, which you keep elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"].absolute()
        if file.exists():
            raise CommandError(f"{file} exists already: name another file.")
        if not file.parent.is_dir():
            raise CommandError(f"There is no folder {file.parent}.")
        home = settings.TOMONI_HOME.absolute()
        key = key_of(home, settings.SECRET_KEY)
        try:
            with database_at_hand(home):
                made = make_backup(file, home, key, with_key=not options["without_key"])
                connection.close()
        except (CannotStart, NoProgram, ProgramFailed, CannotAttach) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{file}: {made.bytes:,} bytes, with {made.files} files of outputs and {made.drives} drives.")
        if made.elsewhere:
            hosts = ", ".join(made.elsewhere)
            self.stderr.write(f"Drives on {hosts} are not in it: copy the folder drives/ there (docs/operations.md).")
        if made.unread:
            raise CommandError(f"The backup is there, but these drives could not be read: {', '.join(made.unread)}.")
        if made.missing:
            raise CommandError(
                f"The backup is there, but the storage lacks {len(made.missing)} files that notebooks refer to, "
                f"for example {made.missing[0]}."
            )
