"""Taking a box out of the warm pool, and what those who hold the links of waiting boxes say of them.

The row is the only truth of whom a box belongs to. It is deleted in the transaction that makes the runtime of the same
id: of two who want it one finds it, and no box is handed out twice or comes back. The process that holds its link is
told after the commit, and then asks the database whom it serves now, as it would for an agent that has just dialled.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Now

from accounts.models import User
from runtimes.allocation import line, tasks
from runtimes.allocation.boxes import fit_of
from runtimes.allocation.models import Runtime, RuntimeType
from runtimes.allocation.news import send_taken
from runtimes.allocation.pool_rows import STARTING, WAITING, PoolBox
from runtimes.allocation.states import Status
from runtimes.allocation.tokens import digest_token
from runtimes.userdata.models import Drive


def take(kind: RuntimeType, **fields: Any) -> Runtime | None:
    """Make a waiting box of this type the machine of whoever `fields` say; None when none waits. In a transaction."""
    line.lock_line()
    if Runtime.objects.waiting().exists():
        return None  # who was there before comes first
    box = _spread(PoolBox.objects.fitting(fit_of(kind)).takeable(), fields["owner"])
    if box is None:
        return None
    PoolBox.objects.filter(pk=box.pk).delete()
    runtime = Runtime.objects.create(id=box.pk, type=kind, host_id=box.host_id, **box.marks(), **fields)
    runtime.move(Status.STARTING, token_digest=box.token_digest, ends_at=Now() + runtime.lifetime)
    transaction.on_commit(partial(send_taken, str(box.pk)))
    transaction.on_commit(tasks.nudge_pool)
    return runtime


def _spread(waiting: QuerySet[PoolBox], owner: User) -> PoolBox | None:
    """The one that has waited longest, of those beside the owner's drive, or where they have fewest machines."""
    held = Runtime.objects.with_boxes().filter(owner=owner, host=OuterRef("host")).order_by()
    count = Coalesce(Subquery(held.values("host").annotate(count=Count("pk")).values("count")), 0)
    drive = Drive.objects.filter(owner=owner).values("host")
    is_away = Case(When(host=Subquery(drive), then=0), default=1)
    rows = waiting.annotate(is_away=is_away, held=count).order_by("is_away", "held", "made_at")
    return rows.select_for_update(skip_locked=True, of=("self",)).first()


def box_for_token(token: str) -> PoolBox | None:
    """The box of the pool whose agent holds `token`."""
    return PoolBox.objects.filter(token_digest=digest_token(token)).first()


def note_linked(box: UUID) -> bool:
    """The agent of this box has dialled, so its kernel is ready; False when the box is no longer the pool's."""
    linked = PoolBox.objects.filter(pk=box).update(state=WAITING, heard_at=Now()) == 1
    if linked:
        tasks.nudge_pool()
    return linked


def note_unlinked(box: UUID) -> None:
    """Its link has ended: nobody gets it until it has dialled again."""
    PoolBox.objects.filter(pk=box).update(state=STARTING)


def note_heard(boxes: Iterable[UUID]) -> set[UUID]:
    """These are still linked; those of them are returned that are no longer the pool's."""
    held = set(boxes)
    rows = PoolBox.objects.filter(pk__in=held)
    rows.update(heard_at=Now())
    return held - set(rows.values_list("pk", flat=True))
