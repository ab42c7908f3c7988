"""What happens to a run between the page's socket and the machine."""

from accounts.models import User
from runtimes.allocation.kernels import check_same
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import request_runtime, touch
from runtimes.execution import hub
from runtimes.execution.commands import sessions
from runtimes.execution.frames import row_frame
from runtimes.execution.messages import Run
from runtimes.execution.models import Execution
from runtimes.execution.services import RuntimeOver, accept_run
from runtimes.execution.threads import in_thread
from runtimes.execution.waiting import waiting
from runtimes.machines.kernels import ANY, KernelWish


async def start_run(runtime: Runtime | None, run: Run, user: User, audience: str) -> tuple[Execution, Runtime]:
    """Accept a run for `runtime`, or for a new one if that is over, and pass it on.

    Raises NotYours, QuotaReached, TypeRefused, UnknownKernel and OtherKernel.
    """
    if runtime is not None:
        await _check_kernel(runtime, run.kernel)
        try:
            return await _start(runtime, run, user), runtime
        except RuntimeOver:
            pass
    runtime = await in_thread(request_runtime, user, audience, run.kind, run.kernel)
    waiting().adopt(runtime.pk)
    return await _start(runtime, run, user), runtime


async def _check_kernel(runtime: Runtime, wish: KernelWish) -> None:
    """Code is run by no other kernel than the notebook names: somebody may have chosen another one meanwhile."""
    if wish == ANY or wish.name == runtime.kernelspec:
        return
    # Our row may be a moment old: whoever holds the agent's link knows what was restarted just now.
    now = await sessions().roll_call(runtime.pk)
    await in_thread(check_same, wish, now["kernelspec"] if now else runtime.kernelspec)


async def _start(runtime: Runtime, run: Run, user: User) -> Execution:
    """Write the run down, and hand it to the session: in one step if that is here and has nothing else to do."""
    execution: Execution
    session = sessions().find(runtime.pk)
    is_claimed = session is not None and session.claim()
    is_new = False
    try:
        execution, is_new = await in_thread(_accept, runtime, run, user, is_claimed)
    finally:
        if session and is_claimed and not is_new:
            session.unclaim()
    if not is_new:
        return execution
    if session and is_claimed:
        session.hand_over(execution)
    elif session:
        session.enqueue(execution)
    else:
        sessions().wake(runtime.pk)
    hub.announce(execution.audience, row_frame(execution.public()))
    return execution


def _accept(runtime: Runtime, run: Run, user: User, is_claimed: bool) -> tuple[Execution, bool]:
    accepted = accept_run(
        runtime,
        run.execution,
        run.code,
        by=user,
        cell=run.cell,
        batch=run.batch,
        is_kept=run.is_kept,
        is_scratch=run.is_scratch,
        sent=is_claimed,
    )
    if not is_claimed:
        touch(runtime)  # otherwise its end, which comes soon, counts as activity
    return accepted
