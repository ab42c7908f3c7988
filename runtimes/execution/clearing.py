"""Clears away what nobody needs any more: executions with all that they printed, then the files that were theirs.

Who asks knows what is still shown somewhere; here is only seen to it that nothing goes that is young, under way, or
lent to a copy.

A file may be wanted again at any moment, because it is named by its digest. Whoever writes makes its row young before
looking at the file (`store_blobs`), and whoever clears holds that row's lock from the last look at it until the file is
gone: so the writer finds either an old row that has just become young, which is left alone, or no row and no file, and
writes both. A crash between the file and the row leaves a row without uses and without a file; `store_blobs` looks at
the file as well, and the next clearing finds the row.

While a backup is made no file is cleared away (`nothing_cleared`): it copies files long after it looked who needs them.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from runtimes.execution.blobs import path_of
from runtimes.execution.models import Blob, BlobUse, Execution, ExecutionQuerySet, ExecutionUse

AT_ONCE = 200
BACKUP_LOCK = 7_210_366_019  # an advisory lock: a backup holds it alone, whoever clears a file shares it


def audiences_with_old_results(age: timedelta) -> list[str]:
    """Audiences of executions that ended more than `age` ago."""
    return list(_old(age).order_by().values_list("audience", flat=True).distinct())


def old_results(audience: str, age: timedelta) -> set[UUID]:
    """The executions of one audience that ended more than `age` ago."""
    return set(_old(age).filter(audience=audience).values_list("pk", flat=True))


def delete_results(audience: str, executions: Collection[UUID], age: timedelta) -> int:
    """Delete those of these executions that ended more than `age` ago, with their outputs; how many there were."""
    gone = 0
    waiting = iter(sorted(executions))
    while batch := list(islice(waiting, AT_ONCE)):
        _, rows = _old(age).filter(audience=audience, pk__in=batch).delete()
        gone += rows.get(Execution._meta.label, 0)
    return gone


@transaction.atomic
def forget_audience(audience: str) -> None:
    """Nobody is `audience` any more: its runs go, except those that others were lent, and what it was lent itself."""
    ExecutionUse.objects.filter(audience=audience).delete()
    Execution.objects.finished().unlent().filter(audience=audience).delete()
    BlobUse.objects.filter(audience=audience, execution=None).delete()


def delete_unused_blobs(age: timedelta) -> int:
    """Delete the files that are part of nothing and were written more than `age` ago; how many there were."""
    is_used = Exists(BlobUse.objects.filter(blob=OuterRef("pk")))
    unused = Blob.objects.filter(~is_used, made_at__lt=Now() - age).values_list("pk", flat=True)
    return sum(_delete_blob(sha256, age) for sha256 in list(unused))


@contextmanager
def nothing_cleared() -> Iterator[None]:
    """No file is cleared away during the block, nor has one half been when it begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [BACKUP_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [BACKUP_LOCK])


@transaction.atomic
def _delete_blob(sha256: str, age: timedelta) -> bool:
    if not _may_clear():
        return False
    locked = Blob.objects.select_for_update(skip_locked=True)
    blob = locked.filter(pk=sha256, made_at__lt=Now() - age).first()
    if blob is None or BlobUse.objects.filter(blob=blob).exists():
        return False
    blob.delete()
    default_storage.delete(path_of(sha256))
    return True


def _may_clear() -> bool:
    """Until the end of this transaction no backup begins; False while one is made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [BACKUP_LOCK])
        return bool(cursor.fetchone()[0])


def _old(age: timedelta) -> ExecutionQuerySet:
    return Execution.objects.finished().unlent().filter(changed_at__lt=Now() - age)
