"""Starting, stopping and reconciling runtimes: what the workers do.

A runtime is a row; its box is a fact of the world. People and agents change the row (`services`), workers make the
world follow it, and nobody needs to succeed at the first attempt. A task only *nudges* one row along; tasks are lost
when Redis is, and run twice when a worker dies. So each function here reads the row, takes at most the step that the
row still allows, by compare-and-set, and calls a provider whose verbs may be repeated. Running any of them twice, at
once or in any order, ends in the same world.

The order of two writes is what makes a crash between them harmless:
* Starting: the row says `starting` before there is a box. A worker that dies in between leaves a row without a box,
  which `reconcile` starts again. The agent's token follows from the runtime's id, so whichever call made the box, it
  fits the row.
* Ending: the row says `stopping` before the box is stopped, and `gone` only when nothing is left of it. When a box died
  by itself the row says `gone` first, and what is left of the box is then a box that nobody owns.
* A box that no live row owns is stopped. So a box can never outlive its runtime for longer than a tick or two of beat.

Looking costs something too: boxes are listed *before* the rows are read, so that a box cannot look unowned because its
row came later; and one that seems missing is looked for once more, because it may have come after the first list.

A runtime waits as `requested` until there is room for it and nobody comes before it (`line`); whoever ends another one
starts the next. What has had its time is ended by `sweeping`.

A runtime becomes `ready` by its agent's link, not by us. One that stays `starting` too long is given up with a
sentence, because a person waits in front of it. One that is `ready` whose link is down is not given up as long as its
box runs: code runs on, and the agent keeps what it prints.

When a runtime is gone, what it left unfinished in other apps ends in the same transaction (`endings`). Time is the
database's, so workers on hosts with wrong clocks agree.

Rejected: a lease per runtime with a worker that feels responsible for it (a state machine needs none), and stopping
from the web process (it would wait seconds for processes to end).
"""

import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from runtimes.allocation import line
from runtimes.allocation.boxes import request_for
from runtimes.allocation.endings import run_endings
from runtimes.allocation.models import Canary, PoolBox, Runtime
from runtimes.allocation.sentences import too_old
from runtimes.allocation.states import Reason, Status
from runtimes.allocation.tokens import agent_token, digest_token
from runtimes.machines import choose
from runtimes.machines.provider import BoxState, CannotStart, Provider

UNNUDGED = timedelta(seconds=5)  # a requested row that is older has lost its task
UNFINISHED = timedelta(seconds=15)  # a starting row without a box that is older has lost its worker
BAD_LUCK = (OSError, subprocess.SubprocessError)

logger = logging.getLogger(__name__)


@cache
def machines() -> Provider:
    return choose.provider(
        choose.MachineSettings(
            home=settings.TOMONI_HOME, provider=settings.TOMONI_PROVIDER, allow=settings.TOMONI_SANDBOX_ALLOW
        )
    )


def start(runtime_id: str) -> None:
    """Start the box of a requested runtime; nothing if somebody else does, it is no longer wanted, or has to wait."""
    runtime = _find(runtime_id, Status.REQUESTED)
    if runtime is None:
        return
    _make_room()
    if _admit(runtime):
        _start_box(runtime)


def stop(runtime_id: str) -> None:
    """Finish the end of a stopping runtime."""
    runtime = _find(runtime_id, Status.STOPPING)
    if runtime is not None:
        machines().stop(runtime_id)
        _end(runtime)
        _let_in()


def reconcile() -> None:
    """Make the world follow the rows, and the rows follow the world, whatever was lost meanwhile."""
    boxes = machines().list()
    pooled = {str(name) for name in PoolBox.objects.values_list("pk", flat=True)}  # first: one may be taken meanwhile
    owned = {str(runtime.pk): runtime for runtime in Runtime.objects.live().select_related("type", "plan")}
    for runtime in owned.values():
        with bad_luck_told("reconcile", str(runtime.pk)):
            _reconcile_runtime(runtime, boxes)
    for name in boxes.keys() - owned.keys() - pooled:
        with bad_luck_told("stop the unowned", name):
            machines().stop(name)


def look_after(runtime_id: str) -> None:
    """Reconcile one runtime now: its agent's link has ended, and its owner waits to hear why."""
    boxes = machines().list()
    runtime = Runtime.objects.live().filter(pk=runtime_id).select_related("type", "plan").first()
    if runtime is not None:
        _reconcile_runtime(runtime, boxes)


def shut_down() -> None:
    """End every runtime and every box: the platform is being stopped on purpose."""
    sentence = (
        "The administrator stopped the platform. The machine's files and variables are gone; the notebook is safe."
    )
    PoolBox.objects.all().delete()
    for runtime in Runtime.objects.live().exclude(state=Status.STOPPING).select_related("type", "plan"):
        runtime.move(Status.STOPPING, reason=Reason.HOST_LOST, detail=sentence)
    reconcile()


def canary() -> None:
    """Note that a worker has just finished a task."""
    mark("worker")


def mark(name: str) -> None:
    Canary.objects.update_or_create(name=name, defaults={"seen_at": Now()})


@contextmanager
def bad_luck_told(step: str, name: str) -> Iterator[None]:
    """One box's trouble is not the next one's; the next tick of beat tries again."""
    try:
        yield
    except BAD_LUCK:
        logger.exception("Could not %s box %s; the reconciler tries again.", step, name)


def _admit(runtime: Runtime) -> bool:
    """Take the first step of a runtime whose turn it is; True if this call took it."""
    with transaction.atomic():
        line.lock_line()
        if runtime not in line.next_ones():
            return False
        ends_at = Now() + runtime.lifetime
        return runtime.move(Status.STARTING, token_digest=digest_token(agent_token(runtime)), ends_at=ends_at)


def _make_room() -> None:
    """What waits in the warm pool takes no place from who waits for a machine."""
    full = PoolBox.objects.exists() and line.places_beside(PoolBox.objects.count()) < 1
    for name in PoolBox.objects.release(1) if full else []:
        machines().stop(name)


def _let_in() -> None:
    """A place has become free: start whoever is next."""
    for runtime in line.next_ones():
        with bad_luck_told("start", str(runtime.pk)):
            start(str(runtime.pk))


def _find(runtime_id: str, state: Status) -> Runtime | None:
    return Runtime.objects.filter(pk=runtime_id, state=state).select_related("type", "plan").first()


def _start_box(runtime: Runtime) -> None:
    try:
        machines().start(request_for(runtime))
    except CannotStart as problem:
        _give_up(runtime, str(problem))


def _reconcile_runtime(runtime: Runtime, boxes: dict[str, BoxState]) -> None:
    box = boxes.get(str(runtime.pk))
    match Status(runtime.state):
        case Status.REQUESTED:
            if _stood_longer_than(runtime, UNNUDGED):
                start(str(runtime.pk))
        case Status.STARTING:
            _reconcile_starting(runtime, box)
        case Status.READY:
            _reconcile_ready(runtime, box)
        case Status.STOPPING:
            stop(str(runtime.pk))


def _reconcile_starting(runtime: Runtime, box: BoxState | None) -> None:
    patience = settings.TOMONI_START_SECONDS
    if box is not None and not box.running and box.reason == "lost":
        _start_box(runtime)  # its worker died half-way: nobody has used this box yet, so another may take its place
    elif box is not None and not box.running:
        _bury(runtime, box)
    elif _stood_longer_than(runtime, timedelta(seconds=patience)):
        _give_up(runtime, f"The machine did not answer within {patience} seconds. Try again.")
    elif box is None and _stood_longer_than(runtime, UNFINISHED):
        _start_box(runtime)


def _reconcile_ready(runtime: Runtime, box: BoxState | None) -> None:
    if box is None:
        box = machines().list().get(str(runtime.pk)) or BoxState(str(runtime.pk), running=False, reason="lost")
    if not box.running:
        _bury(runtime, box)


def _stood_longer_than(runtime: Runtime, age: timedelta) -> bool:
    """Whether this runtime has been in the state that we read for longer, by the database's clock."""
    return Runtime.objects.filter(pk=runtime.pk, state=runtime.state, changed_at__lt=Now() - age).exists()


def _give_up(runtime: Runtime, sentence: str) -> None:
    if _end(runtime, Reason.FAILED, sentence):
        machines().stop(str(runtime.pk))


def _bury(runtime: Runtime, box: BoxState) -> None:
    """The box of this runtime has ended by itself: say why, and clear away what is left of it."""
    if box.reason == "out-of-memory":
        ended = _end(runtime, Reason.OUT_OF_MEMORY, box.detail or "The machine ran out of memory and was stopped.")
    elif Runtime.objects.filter(pk=runtime.pk, ends_at__lt=Now() + timedelta(seconds=5)).exists():
        ended = _end(runtime, Reason.LIFETIME, too_old(runtime.lifetime))
    else:
        said = f"The machine ended unexpectedly. {box.detail}".strip()
        ended = _end(runtime, Reason.HOST_LOST, f"{said} Its files and variables are lost; the notebook is safe.")
    if ended:
        machines().stop(str(runtime.pk))


def _end(runtime: Runtime, reason: str = "", detail: str = "") -> bool:
    """The last step, and with it the end of what the runtime left unfinished elsewhere."""
    with transaction.atomic():
        won = runtime.move(Status.GONE, reason=reason, detail=detail, token_digest="")
        if won:
            run_endings(runtime)
    return won
