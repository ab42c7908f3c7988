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

Each host looks after its own. A runtime's row names the host that keeps its box, from the step to `starting` on; only
that host's worker starts, lists, measures and stops it. Who finds a row of another host hands the step over to it
(`handing`), and when that is lost, that host's own reconciler takes it. What a lost host held is ended by `losing`.

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
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from runtimes.allocation import abuse, hosts, kernels, line, usage
from runtimes.allocation.boxes import ids_of, request_for
from runtimes.allocation.endings import run_endings
from runtimes.allocation.handing import hand_over
from runtimes.allocation.hosts import this_host
from runtimes.allocation.models import Canary, PoolBox, Runtime
from runtimes.allocation.sentences import too_old
from runtimes.allocation.states import Reason, Status
from runtimes.allocation.tokens import agent_token, digest_token
from runtimes.machines import choose
from runtimes.machines.provider import BoxState, CannotStart, Provider

UNNUDGED = timedelta(seconds=5)  # what still waits for its host then has lost its task
UNFINISHED = timedelta(seconds=15)  # a starting row without a box that is older has lost its worker
BAD_LUCK = (OSError, subprocess.SubprocessError)

logger = logging.getLogger(__name__)


@cache
def machines() -> Provider:
    return choose.provider(
        choose.MachineSettings(
            home=settings.TOMONI_HOME,
            provider=settings.TOMONI_PROVIDER,
            allow=settings.TOMONI_SANDBOX_ALLOW,
            extras=kernels.extras(),
        )
    )


def start(runtime_id: str) -> None:
    """Start the box of a requested runtime; nothing if somebody else does, it is no longer wanted, or has to wait."""
    runtime = _find(runtime_id, Status.REQUESTED)
    if runtime is None:
        return
    hosts.refresh()
    _make_room()
    if _admit(runtime) and not _handed_over(runtime, "allocation.start_box"):
        _start_box(runtime)


def start_box(runtime_id: str) -> None:
    """Start the box of a runtime that was given a place here by a worker on another host."""
    runtime = _find(runtime_id, Status.STARTING)
    if runtime is not None and runtime.host_id == this_host():
        _make_room()
        _start_box(runtime)


def stop(runtime_id: str) -> None:
    """Finish the end of a stopping runtime."""
    runtime = _find(runtime_id, Status.STOPPING)
    if runtime is not None and not _handed_over(runtime, "allocation.stop_runtime"):
        _clear_away(runtime_id)
        end(runtime)
        _let_in()


def reconcile() -> None:
    """Make this host's boxes follow the rows, and the rows follow the boxes, whatever was lost meanwhile."""
    hosts.refresh()
    boxes = machines().list()
    _take_up_unhosted(ids_of(boxes))
    _reconcile_rows(boxes)


def look_after(runtime_id: str) -> None:
    """Reconcile one runtime now: its agent's link has ended, and its owner waits to hear why."""
    boxes = machines().list()
    runtime = Runtime.objects.live().filter(pk=runtime_id).select_related("type", "plan").first()
    if runtime is not None and not _handed_over(runtime, "allocation.look_after"):
        _reconcile_runtime(runtime, boxes)


def shut_down() -> None:
    """End every runtime and every box of this host: it is being stopped on purpose."""
    sentence = (
        "The administrator stopped the platform. The machine's files and variables are gone; the notebook is safe."
    )
    PoolBox.objects.kept_by(this_host()).delete()
    mine = Runtime.objects.live().filter(host=this_host())
    if not hosts.others():
        mine = Runtime.objects.live()  # those in line too, for nobody is left who could let them in
    for runtime in mine.exclude(state=Status.STOPPING).select_related("type", "plan"):
        runtime.move(Status.STOPPING, reason=Reason.HOST_LOST, detail=sentence)
    hosts.say_goodbye()  # first, so that nobody is let in here meanwhile
    _reconcile_rows(machines().list())


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
        host = dict(line.next_ones()).get(runtime)
        if host is None:
            return False
        ends_at = Now() + runtime.lifetime
        digest = digest_token(agent_token(runtime))
        return runtime.move(Status.STARTING, host_id=host, token_digest=digest, ends_at=ends_at)


def _handed_over(runtime: Runtime, task: str) -> bool:
    """True when this is another host's to do, which is told."""
    if runtime.host_id in (None, this_host()):
        return False
    hand_over(task, str(runtime.pk), str(runtime.host_id))
    return True


def _make_room() -> None:
    """What waits in the warm pool here takes no place from who waits for a machine."""
    mine = PoolBox.objects.kept_by(this_host())
    held = mine.count()
    if held and _places_beside(held) < 1:
        for name in mine.release(1):
            machines().stop(name)


def _places_beside(others: int) -> int:
    """How many boxes may still be made here while so many others are there that are no runtimes."""
    memory = hosts.host_memory()
    if memory["MemAvailable"] <= settings.TOMONI_RESERVED_MEMORY_BYTES:
        return 0
    return hosts.most_boxes() - Runtime.objects.with_boxes().kept_by(this_host()).count() - others


def _let_in() -> None:
    """A place has become free: start whoever is next."""
    for runtime, _ in line.next_ones():
        with bad_luck_told("start", str(runtime.pk)):
            start(str(runtime.pk))


def _clear_away(name: str) -> None:
    """Stop a box. What it used is taken down first, for its counters go with it."""
    usage.take_down(name, machines().measure(name))
    machines().stop(name)


def _take_up_unhosted(boxes: list[UUID]) -> None:
    """Rows of a version that knew no hosts are looked after by the host that has their box."""
    PoolBox.objects.filter(host=None, pk__in=boxes).update(host=this_host())
    unhosted = Runtime.objects.with_boxes().filter(host=None)
    if hosts.others():
        unhosted = unhosted.filter(pk__in=boxes)
    unhosted.update(host=this_host())


def _reconcile_rows(boxes: dict[str, BoxState]) -> None:
    # Those of the pool first, for one of them may be taken meanwhile.
    pooled = {str(name) for name in PoolBox.objects.kept_by(this_host()).values_list("pk", flat=True)}
    mine = Runtime.objects.live().kept_by(this_host()).select_related("type", "plan")
    owned = {str(runtime.pk): runtime for runtime in mine}
    for runtime in owned.values():
        if runtime.host_id is None and runtime.state in (Status.STARTING, Status.READY):
            continue  # of an older version, and for the host to take up that has its box
        with bad_luck_told("reconcile", str(runtime.pk)):
            _reconcile_runtime(runtime, boxes)
    for name in boxes.keys() - owned.keys() - pooled:
        with bad_luck_told("stop the unowned", name):
            _clear_away(name)


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
    else:
        usage.take_down(str(runtime.pk), machines().measure(str(runtime.pk)))
        abuse.look(runtime, machines())
        if runtime.state == Status.STOPPING:
            stop(str(runtime.pk))


def _stood_longer_than(runtime: Runtime, age: timedelta) -> bool:
    """Whether this runtime has been in the state that we read for longer, by the database's clock."""
    return Runtime.objects.filter(pk=runtime.pk, state=runtime.state, changed_at__lt=Now() - age).exists()


def _give_up(runtime: Runtime, sentence: str) -> None:
    if end(runtime, Reason.FAILED, sentence):
        _clear_away(str(runtime.pk))


def _bury(runtime: Runtime, box: BoxState) -> None:
    """The box of this runtime has ended by itself: say why, and clear away what is left of it."""
    if box.reason == "out-of-memory":
        ended = end(runtime, Reason.OUT_OF_MEMORY, box.detail or "The machine ran out of memory and was stopped.")
    elif Runtime.objects.filter(pk=runtime.pk, ends_at__lt=Now() + timedelta(seconds=5)).exists():
        ended = end(runtime, Reason.LIFETIME, too_old(runtime.lifetime))
    else:
        said = f"The machine ended unexpectedly. {box.detail}".strip()
        ended = end(runtime, Reason.HOST_LOST, f"{said} Its files and variables are lost; the notebook is safe.")
    if ended:
        _clear_away(str(runtime.pk))


def end(runtime: Runtime, reason: str = "", detail: str = "") -> bool:
    """The last step, and with it the end of what the runtime left unfinished elsewhere."""
    with transaction.atomic():
        won = runtime.move(Status.GONE, reason=reason, detail=detail, token_digest="")
        if won:
            run_endings(runtime)
    return won
