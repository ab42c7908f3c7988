"""The warm pool, as workers keep it: boxes that wait with a started kernel, so that Connect takes milliseconds.

A box of the pool is a box like any other: files, identity, limits and token of its own from its first moment. Nothing
is shared with the one before, nothing is put back. It only waits, and `pool_taking` makes it somebody's machine.

Each host keeps a pool of its own, of the types that it takes; a drained host has none.

Real requests come first: nothing is started for the pool while somebody waits for a machine, at most two boxes are
being warmed at a time, and where memory is short the pool is what goes (`give_way`).

The order of two writes, as in `lifecycle`: a row comes before its box and goes before it too. A crash in between leaves
a row without a box, which is deleted (nobody waits for it, so it is not started again), or a box without a row, which
`reconcile` stops like every box that nobody owns.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from runtimes.allocation import hosts, lifecycle, line, usage
from runtimes.allocation.boxes import fit_of, request_for
from runtimes.allocation.choosing import default_type
from runtimes.allocation.hosts import this_host
from runtimes.allocation.models import Host, Runtime, RuntimeType
from runtimes.allocation.pool_rows import STARTING, PoolBox, PoolBoxQuerySet
from runtimes.allocation.pool_sizes import HostMemory, affordable, wanted
from runtimes.allocation.states import Status
from runtimes.allocation.tokens import agent_token, digest_token
from runtimes.machines.provider import CannotStart

AT_ONCE = 2  # boxes that are being warmed

logger = logging.getLogger(__name__)


def keep() -> None:
    """Bring the pool to its size: end what is wrong or too many, then start what is missing."""
    hosts.refresh()
    default_type()  # so that the first who connects finds a machine too
    boxes = lifecycle.machines().list()
    for row in _mine().select_related("type"):
        box = boxes.get(str(row.pk))
        is_dead = box is None or not box.running
        if (is_dead and _is_older(row, lifecycle.UNFINISHED)) or _is_over(row):
            end(row)
        else:
            usage.mark_pooled(row, lifecycle.machines().measure(str(row.pk)))
    _shrink()
    while (missing := _decide()) is not None and _start(missing):
        pass


def give_way(count: int = 1) -> int:
    """End so many boxes, the newest first, because their place is needed; how many were ended."""
    names = _mine().release(count)
    for name in names:
        lifecycle.machines().stop(name)
    return len(names)


def end(row: PoolBox) -> bool:
    """End this box, unless somebody has just taken it."""
    won = PoolBox.objects.filter(pk=row.pk).delete()[0] == 1
    if won:
        lifecycle.machines().stop(str(row.pk))
    return won


def _is_over(row: PoolBox) -> bool:
    """Made as boxes are no longer made, old, or never ready."""
    if row.fit != fit_of(row.type):
        return True
    if row.state == STARTING and _is_older(row, timedelta(seconds=settings.TOMONI_START_SECONDS)):
        return True
    return _is_older(row, timedelta(seconds=settings.TOMONI_POOL_AGE_SECONDS))


def _is_older(row: PoolBox, age: timedelta) -> bool:
    return PoolBox.objects.filter(pk=row.pk, made_at__lt=Now() - age).exists()


def _shrink() -> None:
    host = _here()
    for kind in RuntimeType.objects.all():
        mine = _mine().filter(type=kind)
        for name in mine.release(mine.count() - _wanted(kind, host)):
            lifecycle.machines().stop(name)
    held = _mine().count()
    give_way(max(0, held - _affordable(held)))


def _decide() -> PoolBox | None:
    """The row of a box that is to be started now; None when there is none to start."""
    with transaction.atomic():
        line.lock_line()
        host, held = _here(), _mine().count()
        if _people_wait(host) or _mine().filter(state=STARTING).count() >= AT_ONCE or held >= _affordable(held):
            return None
        for kind in RuntimeType.objects.order_by("pk"):
            if _mine().filter(type=kind).count() < _wanted(kind, host):
                row = PoolBox(type=kind, host=host, fit=fit_of(kind))
                row.token_digest = digest_token(agent_token(row))
                row.save(force_insert=True)
                return row
    return None


def _start(row: PoolBox) -> bool:
    """False when it cannot be done now."""
    try:
        lifecycle.machines().start(request_for(row))
    except CannotStart as problem:
        logger.warning("No box could be started for the pool: %s", problem)
        end(row)
        return False
    if not PoolBox.objects.filter(pk=row.pk).exists():
        lifecycle.machines().stop(str(row.pk))  # it was ended while it started
    return True


def _here() -> Host:
    return Host.objects.get(pk=this_host())


def _mine() -> PoolBoxQuerySet:
    return PoolBox.objects.kept_by(this_host())


def _people_wait(host: Host) -> bool:
    """Whether somebody waits for a machine that this host may be given, or has just been given."""
    coming = Runtime.objects.kept_by(host.pk).filter(state__in=[Status.REQUESTED, Status.STARTING])
    return any(host.takes(runtime.type) for runtime in coming.select_related("type"))


def _wanted(kind: RuntimeType, host: Host) -> int:
    """Each host has the least of its own; what was asked for lately is shared out."""
    if kind.kernel != "python3" or kind.accelerator or host.is_drained or not host.takes(kind):
        return 0
    lately = Now() - timedelta(seconds=settings.TOMONI_POOL_DEMAND_SECONDS)
    asked = Runtime.objects.filter(type=kind, requested_at__gt=lately).count()
    share = -(-asked // max(1, Host.objects.open().count()))
    least = settings.TOMONI_POOL_SIZE if host.pool_size is None else host.pool_size
    return wanted(least if kind.slug == "python" else 0, settings.TOMONI_POOL_MOST, share)


def _affordable(held: int) -> int:
    """How many may wait in all: within their share of the memory, and of the places only those that nobody has."""
    memory = hosts.host_memory()
    most = affordable(HostMemory(memory["MemTotal"], memory["MemAvailable"]), settings.TOMONI_POOL_MEMORY_SHARE, held)
    return max(0, min(most, hosts.most_boxes() - Runtime.objects.with_boxes().kept_by(this_host()).count()))
