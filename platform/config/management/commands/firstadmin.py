"""`manage.py firstadmin`: the first administrator, and a one-time sign-in link until somebody has used one."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.services import create_administrator, make_sign_in_link
from runtimes.allocation.allowances import seed_plans


class Command(BaseCommand):
    help = "Make the first administrator if there is none, and print a sign-in link while none has ever signed in."

    def handle(self, *args: Any, **options: Any) -> None:
        administrators = User.objects.filter(is_superuser=True)
        if administrators.filter(last_login__isnull=False).exists():
            return
        seed_plans()
        administrator = administrators.first() or create_administrator(settings.TOMONI_ADMIN_EMAIL)
        link = settings.TOMONI_ADDRESS + make_sign_in_link(administrator)
        self.stdout.write(f"Sign in as its administrator ({administrator.email}), once, within 24 hours: {link}")
