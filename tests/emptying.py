"""After a test that commits, the database is emptied; Django's own way takes most of a second, ours hundredths."""

from functools import cache

from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission", "django_migrations"}


@cache
def _which_are_filled() -> str:
    names = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in sorted(names))


def empty(_: TransactionTestCase) -> None:
    """Empty the tables that have rows. What Django knows of its own models stays, so nothing need be made again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_which_are_filled())
        filled = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")  # no rule between tables is asked, nor a trigger
        for name in filled:
            cursor.execute(f'DELETE FROM "{name}"')


def install() -> None:
    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]
