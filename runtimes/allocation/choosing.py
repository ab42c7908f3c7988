"""Which plan somebody has, and which type of runtime they get."""

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.policies import policy_of
from runtimes.allocation.offers import Plan, PlanHolder, RuntimeType


class TypeRefused(Exception):
    """The plan of this person does not have the type called `name` that they asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Your plan does not include {name}. Choose another one under Runtime ▸ Change runtime type.")
        self.name = name


def plan_of(user: User) -> Plan:
    """The person's own plan; else that of their organizations which has the most; else the default."""
    held = PlanHolder.objects.select_related("plan")
    if own := held.filter(user=user).first():
        return own.plan
    of_groups = held.filter(organization__memberships__user=user).order_by("-plan__runtimes_at_once", "plan_id")
    if best := of_groups.first():
        return best.plan
    return default_plan()


def default_plan() -> Plan:
    """The plan of who has none; made on first use."""
    if found := Plan.objects.filter(is_default=True).first():
        return found
    try:
        with transaction.atomic():
            return Plan.objects.create(slug="free", name="Free", is_default=True)
    except IntegrityError:
        return Plan.objects.filter(is_default=True).first() or Plan.objects.get(slug="free")


def default_type() -> RuntimeType:
    """The type that a person gets who asked for none; made with the default figures on first use."""
    figures = {"name": "Python 3", "memory_bytes": settings.TOMONI_MEMORY_BYTES}
    return RuntimeType.objects.get_or_create(slug="python", defaults=figures)[0]


def types_for(user: User) -> list[RuntimeType]:
    """What `user` may choose from, in its order."""
    default_type()
    return allowed_types(user, plan_of(user))


def allowed_types(user: User, plan: Plan) -> list[RuntimeType]:
    """Of the plan's types those that the person's organizations allow."""
    policy = policy_of(user)
    return [
        kind
        for kind in plan.offered_types()
        if (policy.runtime_types is None or kind.slug in policy.runtime_types)
        and (policy.networks is None or kind.network in policy.networks)
    ]


def choose_type(user: User, plan: Plan, wish: str) -> RuntimeType:
    """The type named `wish`, or for a name that this platform does not have, the first of the plan.

    A notebook may come from elsewhere and remember a type that nobody knows here. Raises TypeRefused, with a sentence,
    for a type that is there and is not for this plan.
    """
    fallback = default_type()
    offered = {kind.slug: kind for kind in allowed_types(user, plan)}
    wish = wish or policy_of(user).default_type
    if wish in offered:
        return offered[wish]
    if wish and (known := RuntimeType.objects.filter(slug=wish).first()):
        raise TypeRefused(known.name)
    if fallback.slug in offered:
        return fallback
    if not offered:
        if plan.offered_types().exists():
            raise TypeRefused(fallback.name)  # the plan has some, and the organization allows none of them
        return fallback
    return next(iter(offered.values()))
