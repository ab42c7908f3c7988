"""What a session begins with: the runtime's row taken over, and what it has left to do."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from runtimes.allocation.models import Runtime
from runtimes.allocation.services import link_runtime
from runtimes.execution.log import read_lists
from runtimes.execution.messages import Hello
from runtimes.execution.models import Execution
from runtimes.execution.services import end_executions
from runtimes.execution.states import State
from runtimes.execution.tracked import Tracked

LOST = "The machine's agent was restarted while this ran: what it had printed until then is kept, variables are lost."
UNKNOWN = "The machine's agent was restarted just when this was sent: whether it ran is not known."
NOT_RUN = "Not run: the machine's agent was restarted and its variables are lost."


@dataclass(frozen=True, slots=True)
class Opened:
    generation: int
    unfinished: list[Tracked]
    displays: dict[UUID, str]
    ended: list[Execution]
    lifetime: float  # seconds


@transaction.atomic
def open_session(runtime: Runtime, hello: Hello) -> Opened | None:
    """Take over `runtime` for the link that says `hello`; None if the runtime has ended meanwhile.

    The agent's process is new when its `boot` is: then what the old one had is over, and never run again by itself.
    """
    is_new_agent = runtime.boot not in {"", hello.boot}
    generation = link_runtime(
        runtime, boot=hello.boot, session=hello.session, kernel=hello.kernel, kernelspec=hello.kernelspec
    )
    if generation is None:
        return None
    ended = _end_lost(runtime) if is_new_agent else []
    rows = list(Execution.objects.unfinished().filter(runtime=runtime).select_related("by").in_order())
    lists = read_lists(rows)
    displays = Execution.objects.filter(runtime=runtime).exclude(displays="").values_list("pk", "displays")
    unfinished = [Tracked(row, lists[row.pk]) for row in rows]
    return Opened(generation, unfinished, dict(displays), ended, runtime.lifetime.total_seconds())


def read_queue(runtime: UUID) -> list[Execution]:
    """What waits for `runtime`, or was about to be sent by a session that is no more; in the order of acceptance."""
    rows = Execution.objects.filter(runtime=runtime, state__in=[State.QUEUED.value, State.SENT.value])
    return list(rows.select_related("by").in_order())


def _end_lost(runtime: Runtime) -> list[Execution]:
    mine = Execution.objects.filter(runtime=runtime)
    return [
        *end_executions(mine.filter(state=State.RUNNING.value), State.ABORTED, LOST),
        *end_executions(mine.filter(state=State.SENT.value), State.UNKNOWN, UNKNOWN),
        *end_executions(mine.filter(state=State.QUEUED.value), State.ABORTED, NOT_RUN),
    ]
