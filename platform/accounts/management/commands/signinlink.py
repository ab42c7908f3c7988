"""`manage.py signinlink [EMAIL] [--create-admin]`: print a one-time sign-in link."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import create_administrator, make_sign_in_link


class Command(BaseCommand):
    help = "Print a link that signs a person in once, within 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", default=settings.TOMONI_ADMIN_EMAIL)
        parser.add_argument("--create-admin", action="store_true", help="make an administrator with this address first")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None and options["create_admin"]:
            user = create_administrator(options["email"])
        if user is None:
            raise CommandError(f"Nobody has the address {options['email']}. With --create-admin they are made.")
        self.stdout.write(settings.TOMONI_ADDRESS + make_sign_in_link(user))
