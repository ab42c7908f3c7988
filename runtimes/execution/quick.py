"""The two writes between a key press and its output, each as one statement: one way to the database and back.

Everything here could be said with the ORM in several statements, and for what is less common it is (`record`,
`services`); on this path the ways there and back were most of what a person waited for.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.functions import Now

from runtimes.allocation.models import Runtime
from runtimes.execution.models import Execution, OutputEvent
from runtimes.execution.packing import pack
from runtimes.execution.states import UNFINISHED

RUNTIMES, EXECUTIONS, EVENTS = (model._meta.db_table for model in (Runtime, Execution, OutputEvent))
BY_DATABASE = ("order", "queued_at", "changed_at")

Fields = dict[str, Any]


def insert_run(execution: Execution, states: Sequence[str]) -> bool:
    """Insert this row unless its id is taken, or its runtime is in none of `states`; True when it is there now.

    The runtime's row is locked: whoever ends the runtime afterwards finds the new row, and ends it too.
    """
    values = [field.get_db_prep_save(getattr(execution, field.attname), connection) for field in _columns()]
    with connection.cursor() as cursor:
        cursor.execute(_insertion(), [*values, execution.runtime_id, list(states)])
        row = cursor.fetchone()
    if row is None:
        return False
    execution.order, execution.queued_at = row
    execution._state.adding, execution._state.db = False, connection.alias
    return True


@cache
def _columns() -> "list[models.Field[Any, Any]]":
    return [field for field in Execution._meta.concrete_fields if field.name not in BY_DATABASE]


@cache
def _insertion() -> str:
    names = ", ".join(f'"{field.column}"' for field in _columns())
    marks = ", ".join(f"%s::{field.db_type(connection)}" for field in _columns())
    return (
        f'INSERT INTO "{EXECUTIONS}" ({names}) SELECT {marks} FROM "{RUNTIMES}" '  # noqa: S608  # names of ours
        f'WHERE "id" = %s AND "state" = ANY(%s) FOR SHARE ON CONFLICT DO NOTHING RETURNING "order", "queued_at"'
    )


def write_output(
    runtime: Fields, where: tuple[Any, int], execution: Any, fields: Fields, first: int, ops: Sequence[Any] | None
) -> bool:
    """Commit new values of a runtime and of one of its unfinished executions, with the operations from `first` on.

    `where` is the runtime's id and generation. With `ops` None the operations logged so far are deleted, since the
    fields have the folded list. False, with nothing written, when one of the two rows is not as it should be.
    """
    runtime_set, runtime_values = _assignments(Runtime, runtime)
    execution_set, execution_values = _assignments(Execution, fields | {"changed_at": Now()})
    if ops is None:
        events = f'DELETE FROM "{EVENTS}" WHERE execution_id = %s AND EXISTS (SELECT FROM mine)'  # noqa: S608
        event_values: list[Any] = [execution]
    else:
        events = (
            f'INSERT INTO "{EVENTS}" (execution_id, number, op) '  # noqa: S608
            "SELECT %s, number, op FROM unnest(%s::int[], %s::bytea[]) AS new (number, op) "
            "WHERE EXISTS (SELECT FROM mine)"
        )
        event_values = [execution, list(range(first, first + len(ops))), [pack(op) for op in ops]]
    statement = (
        f'WITH one AS (SELECT FROM "{EXECUTIONS}" WHERE id = %s AND state = ANY(%s) FOR UPDATE), '  # noqa: S608
        f'mine AS (UPDATE "{RUNTIMES}" SET {runtime_set} WHERE id = %s AND generation = %s '
        "AND EXISTS (SELECT FROM one) RETURNING 1), "
        f"logged AS ({events}) "
        f'UPDATE "{EXECUTIONS}" SET {execution_set} WHERE id = %s AND EXISTS (SELECT FROM mine)'
    )
    values = [execution, sorted(UNFINISHED), *runtime_values, *where, *event_values, *execution_values, execution]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)


def _assignments(model: type[models.Model], fields: Fields) -> tuple[str, list[Any]]:
    """What follows SET, and its values."""
    assignments, values = [], []
    for name, value in fields.items():
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)
        if isinstance(value, Now):
            assignments.append(f'"{field.column}" = statement_timestamp()')
        else:
            assignments.append(f'"{field.column}" = %s')
            values.append(field.get_db_prep_save(value, connection))
    return ", ".join(assignments), values
