"""`manage.py prepare`: what has to be right before this version's processes run.

One command, because each start of Django costs a second or more, and nobody can work meanwhile.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config.refusals import refuse_unsafe_settings


class Command(BaseCommand):
    help = "Refuse unsafe settings and bring the tables up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--welcome", action="store_true", help="as `manage.py firstadmin`, too")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unsafe_settings()
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("createcachetable", verbosity=0)
        if options["welcome"]:
            call_command("firstadmin", stdout=self.stdout)
