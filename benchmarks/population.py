"""Fills a platform with people, machines and history, and asks for the dashboard's pages; next to its database."""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

PASSWORD = "a long sentence of words"
PEOPLE, PUPILS, MACHINES, DAYS = 10_000, 120, 500, 365
ROUNDS = 10


def pupil(number: int) -> str:
    return f"person{number}@example.org"


def fill() -> None:
    """Rows as they come to be in a year, made at once."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password

    from accounts.models import AuditEntry, User
    from notebooks.documents.models import Notebook
    from runtimes.allocation.choosing import default_plan, default_type
    from runtimes.allocation.models import Runtime

    secret = make_password(PASSWORD)  # one for all: making it takes as long as a sign-in
    people = User.objects.bulk_create(
        [User(email=pupil(n), name=f"Person {n}", password=secret if n < PUPILS else "") for n in range(PEOPLE)]
    )
    EmailAddress.objects.bulk_create([EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in people])
    Notebook.objects.bulk_create([Notebook(owner=user, name="Untitled0.ipynb") for user in people])
    kind, plan = default_type(), default_plan()
    Runtime.objects.bulk_create(
        [Runtime(owner=u, audience=f"bench-{u.pk}", type=kind, plan=plan, state="ready") for u in people[:MACHINES]]
    )
    AuditEntry.objects.bulk_create(
        [AuditEntry(actor=people[0].pk, actor_email=people[0].email, act="person.suspended") for _ in range(20_000)]
    )
    _fill_year(people[:1000], kind)


def _fill_year(people: Sequence[Any], kind: Any) -> None:
    from dashboard.models import Day
    from runtimes.allocation.usage_rows import UsageDay

    today = datetime.now(UTC).date()
    year: list[date] = [today - timedelta(days=back) for back in range(DAYS)]
    Day.objects.bulk_create([Day(day=day, people=900, runs=50_000) for day in year], ignore_conflicts=True)
    for day in year:
        UsageDay.objects.bulk_create([UsageDay(day=day, user=who, type=kind, seconds=3600) for who in people])


def pages() -> None:
    """Each page some times, as an administrator who is signed in; the median, the slowest, and how many queries."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    settings.ALLOWED_HOSTS = ["*"]
    root = User.objects.create_superuser("root-of-benchmark@example.org")
    client = Client()
    client.force_login(root)
    someone = User.objects.get(email=pupil(0)).pk
    paths = (
        "",
        "history?days=365",
        "health",
        "audit",
        "runtimes",
        "hosts/",
        "notebooks",
        "notebooks?order=size",
        "abuse/",
    )
    for path in (*paths, "people", "people?q=person99", f"people/{someone}", "feedback/", "announcements"):
        took = []
        for _ in range(ROUNDS):
            begun = time.monotonic()
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/dashboard/{path}", secure=settings.SECURE_SSL_REDIRECT)
            took.append((time.monotonic() - begun) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"/dashboard/{path}: {answer.status_code}")
        took.sort()
        sys.stdout.write(
            f"/dashboard/{path:<24} {took[len(took) // 2]:8.0f} / {took[-1]:.0f} ms  {len(queries)} queries\n"
        )


if __name__ == "__main__":
    from tests.testctl.__main__ import ROOT, take_environment

    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    take_environment()
    import django

    django.setup()
    for word in sys.argv[1:]:
        {"fill": fill, "pages": pages}[word]()
