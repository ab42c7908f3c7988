"""Ending what has had its time: by rows and by the database's clock, whenever beat comes round.

Nothing here counts ticks. A beat that slept for an hour, a worker that died: the next sweep reads what is due and ends
it. When the database's clock jumps, each host moves what is noted of its machines along (`runtimes.allocation.jumps`);
until a host has been heard of by the new time its machines are left alone. A machine whose code runs is in use, whoever
watches it; only its lifetime, and a plan that limits the background, end it all the same.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now

from runtimes.allocation import lifecycle
from runtimes.allocation.models import Host, Plan, Runtime, RuntimeType
from runtimes.allocation.sentences import spoken, too_old
from runtimes.allocation.states import Reason, Status

LEFT_AFTER = timedelta(minutes=2)  # who waits in line and has closed the page has given up


def sweep() -> None:
    """End what is idle, old, unwatched or unused for longer than its type and plan let it."""
    Runtime.objects.filter(state=Status.READY, kernel="busy").update(last_activity_at=Now())
    waiting = Runtime.objects.waiting().filter(seen_at__lt=Now() - LEFT_AFTER)
    _retire(waiting, Reason.LEFT, "Its page was closed while it waited for a place.")
    running = _heard_of().filter(state__in=[Status.STARTING, Status.READY])
    for runtime in running.filter(ends_at__lt=Now()).select_related("type", "plan"):
        _end(runtime, Reason.LIFETIME, too_old(runtime.lifetime))
    for kind, plan in _pairs():
        ready = _heard_of().filter(state=Status.READY, type=kind, plan=plan)
        _sweep_unwatched(ready, plan)
        _sweep_idle(ready.exclude(kernel="busy"), kind, plan or Plan())
        _sweep_unused_accelerators(ready, kind)


def _heard_of() -> QuerySet[Runtime]:
    """Those whose host has compared the clocks; those of a lost host end with it."""
    return Runtime.objects.filter(host__in=Host.objects.alive())


def _pairs() -> Iterator[tuple[RuntimeType, Plan | None]]:
    """The types and plans that are in use."""
    pairs = Runtime.objects.filter(state=Status.READY).order_by().values_list("type", "plan").distinct()
    types, plans = RuntimeType.objects.in_bulk(), Plan.objects.in_bulk()
    for kind, plan in pairs:
        yield types[kind], plans.get(plan) if plan else None


def _sweep_idle(resting: QuerySet[Runtime], kind: RuntimeType, plan: Plan) -> None:
    sentence = f"Nobody used the machine for {spoken(plan.idle(kind))}, so it was given back."
    _retire(resting.filter(last_activity_at__lt=Now() - plan.idle(kind)), Reason.IDLE, sentence)


def _sweep_unwatched(ready: QuerySet[Runtime], plan: Plan | None) -> None:
    if plan is None or plan.background is None:
        return
    sentence = f"No page had the notebook open for {spoken(plan.background)}, so the machine was given back."
    _retire(ready.filter(seen_at__lt=Now() - plan.background), Reason.BACKGROUND, sentence)


def _sweep_unused_accelerators(ready: QuerySet[Runtime], kind: RuntimeType) -> None:
    if not kind.accelerator or kind.unused_accelerator_minutes is None:
        return
    patience = timedelta(minutes=kind.unused_accelerator_minutes)
    sentence = f"The accelerator was not used for {spoken(patience)}, so the machine was given back."
    unused = ready.filter(accelerator_used_at__lt=Now() - patience)
    never = ready.filter(accelerator_used_at=None, ready_at__lt=Now() - patience)
    _retire(unused, Reason.ACCELERATOR, sentence)
    _retire(never, Reason.ACCELERATOR, sentence)


def _retire(runtimes: QuerySet[Runtime], reason: Reason, sentence: str) -> None:
    for runtime in runtimes.select_related("type", "plan"):
        _end(runtime, reason, sentence)


def _end(runtime: Runtime, reason: Reason, sentence: str) -> None:
    if runtime.move(Status.STOPPING, reason=reason, detail=sentence):
        with lifecycle.bad_luck_told("stop", str(runtime.pk)):
            lifecycle.stop(str(runtime.pk))
