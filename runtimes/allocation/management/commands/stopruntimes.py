"""`manage.py stopruntimes`: end every runtime, because the platform itself is being stopped."""

from typing import Any

from django.core.management.base import BaseCommand

from runtimes.allocation import lifecycle


class Command(BaseCommand):
    help = "End every runtime and every box on this host."

    def handle(self, *args: Any, **options: Any) -> None:
        lifecycle.shut_down()
