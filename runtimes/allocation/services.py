"""What people and agents can ask of runtimes. Workers carry it out in `lifecycle`."""

from functools import partial

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import Organization, User
from runtimes.allocation import tasks
from runtimes.allocation.allowances import Allowance, allowance
from runtimes.allocation.choosing import choose_type, plan_of
from runtimes.allocation.kernels import choose_kernel
from runtimes.allocation.models import Runtime
from runtimes.allocation.pool_taking import take
from runtimes.allocation.states import Reason, Status
from runtimes.allocation.tokens import digest_token
from runtimes.machines.kernels import ANY, PYTHON, KernelWish


class QuotaReached(Exception):
    """The owner already holds as many runtimes as they may, which is `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"You already have {limit} runtimes. Disconnect one of them to connect another.")
        self.limit = limit


class OrganizationFull(QuotaReached):
    """The members of an organization together hold as many runtimes as they may."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(organization.runtimes_at_once or 0)
        self.args = (f"{organization.name} has all the {self.limit} runtimes that it may. Try again when one is free.",)


class UnitsUsedUp(QuotaReached):
    """The owner has used the compute units of this month."""

    def __init__(self, mine: Allowance) -> None:
        super().__init__(0)
        words = (
            "Your compute units of this month are used up; there are new ones on {:%Y-%m-%d}. Choose a type without."
        )
        self.args = (words.format(mine.renewed),)


def current_runtime(owner: User, audience: str) -> Runtime | None:
    """The live runtime of `owner` for `audience`, if there is one."""
    return Runtime.objects.live().filter(owner=owner, audience=audience).select_related("type", "plan").first()


@transaction.atomic
def request_runtime(owner: User, audience: str, wish: str = "", kernel: KernelWish = ANY) -> Runtime:
    """Get the live runtime of `owner` for `audience`, or a box that waits, or ask for one.

    A worker starts it once this commits; of a box that waits only whoever holds its link has to hear.

    `wish` is the short name of a type. Other kernels than Python's start cold: none of those that wait has them. Raises
    QuotaReached, TypeRefused and UnknownKernel.
    """
    # Locking the owner makes two clicks queue up, so neither can miscount.
    User.objects.select_for_update().get(pk=owner.pk)
    if live := current_runtime(owner, audience):
        return live
    plan = plan_of(owner)
    if Runtime.objects.live().filter(owner=owner).count() >= plan.most_at_once:
        raise QuotaReached(plan.most_at_once)
    _check_organizations(owner)
    kind, kernelspec = choose_type(owner, plan, wish), choose_kernel(kernel)
    if kind.units_per_hour and (mine := allowance(owner)).is_used_up:
        raise UnitsUsedUp(mine)
    if kernelspec == PYTHON.name and (warm := take(kind, owner=owner, audience=audience, plan=plan)):
        return warm
    runtime = Runtime.objects.create(owner=owner, audience=audience, type=kind, plan=plan, kernelspec=kernelspec)
    transaction.on_commit(partial(tasks.nudge, tasks.start_runtime, runtime))
    transaction.on_commit(runtime.announce)
    return runtime


def _check_organizations(owner: User) -> None:
    """Raises QuotaReached when the members of one of the owner's organizations have all that they may together."""
    ours = Organization.objects.filter(memberships__user=owner).exclude(runtimes_at_once=None).order_by("pk")
    for organization in ours.select_for_update(of=("self",)):  # two members who ask at once queue up
        live = Runtime.objects.live().filter(owner__memberships__organization=organization).count()
        if live >= (organization.runtimes_at_once or 0):
            raise OrganizationFull(organization)


def reset_runtime(runtime: Runtime, reason: Reason, detail: str = "") -> bool:
    """Ask for the end of `runtime`; True if this call is the one that ended it."""
    if not runtime.is_live or runtime.state == Status.STOPPING:
        return False
    won = runtime.move(Status.STOPPING, reason=reason, detail=detail)
    if won:
        transaction.on_commit(partial(tasks.nudge, tasks.stop_runtime, runtime))
    return won


def reset_all(owner: User) -> int:
    """Ask for the end of all runtimes of `owner`; how many this call ends."""
    live = Runtime.objects.live().filter(owner=owner).select_related("type", "plan")
    return sum(reset_runtime(runtime, Reason.RESET) for runtime in live)


def runtime_for_token(token: str) -> Runtime | None:
    """The runtime whose agent holds `token`, while it is starting or ready."""
    states = [Status.STARTING.value, Status.READY.value]
    return (
        Runtime.objects.filter(token_digest=digest_token(token), state__in=states)
        .select_related("type", "plan", "owner")
        .first()
    )


def link_runtime(
    runtime: Runtime, *, boot: str, session: str, kernel: str, kernelspec: str = PYTHON.name
) -> int | None:
    """Note that the agent of `runtime` has linked up; return the generation that fences its older links.

    None if the runtime has ended meanwhile. A new `boot` is a new agent process, whose frames count from 1 again.
    """
    with transaction.atomic():
        row = Runtime.objects.select_for_update().get(pk=runtime.pk)
        if row.state not in {Status.STARTING, Status.READY}:
            return None
        received = row.received if row.boot == boot else 0
        Runtime.objects.filter(pk=row.pk).update(
            generation=F("generation") + 1,
            boot=boot,
            session=session,
            kernel=kernel,
            kernelspec=kernelspec,
            received=received,
            linked_at=Now(),
        )
        row.refresh_from_db()
        if row.state == Status.STARTING:
            row.move(Status.READY, ready_at=Now(), last_activity_at=Now())
            transaction.on_commit(tasks.nudge_pool)
        else:
            transaction.on_commit(row.announce)
    runtime.refresh_from_db()
    return row.generation


def touch(runtime: Runtime) -> None:
    """Note that the owner of `runtime` has just used it: the idle clock starts anew."""
    Runtime.objects.filter(pk=runtime.pk).update(last_activity_at=Now())


def stay_connected(runtime: Runtime) -> None:
    """The owner wants to keep `runtime` without using it just now: all clocks but its lifetime start anew."""
    Runtime.objects.filter(pk=runtime.pk).update(last_activity_at=Now(), seen_at=Now(), accelerator_used_at=Now())


def note_seen(runtime: Runtime) -> None:
    """A page of the owner has the notebook of `runtime` open."""
    Runtime.objects.filter(pk=runtime.pk).update(seen_at=Now())
