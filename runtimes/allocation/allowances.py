"""What a person's plan gives them this month (UTC), and how much of it is left."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import F, Sum
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from runtimes.allocation.choosing import default_plan, plan_of
from runtimes.allocation.offers import Plan
from runtimes.allocation.usage_rows import UsageDay

LOW = 0.8
# (short name, name, runtimes at once, lifetime in hours, minutes in the background, compute units a month)
FIRST_PLANS = (("pro", "Pro", 10, 24, None, 100), ("pro-plus", "Pro+", 20, 24, 24 * 60, 500))


@dataclass(frozen=True, slots=True)
class Allowance:
    """Compute units of this month; `most` is None where there is no limit."""

    plan: Plan
    used: float
    most: float | None
    begun: date
    renewed: date

    @property
    def left(self) -> float | None:
        return None if self.most is None else max(0.0, self.most - self.used)

    @property
    def is_low(self) -> bool:
        return self.most is not None and self.used >= LOW * self.most

    @property
    def is_used_up(self) -> bool:
        return self.most is not None and self.used >= self.most

    @property
    def warning(self) -> str:
        """What a person has to know who runs out of them; empty for everybody else."""
        words = {
            "left": formats.number_format(self.left or 0, 1),
            "most": formats.number_format(self.most or 0, 0),
            "day": formats.date_format(self.renewed, "DATE_FORMAT"),
        }
        if self.is_used_up:
            return _("Your compute units of this month are used up. There are new ones on %(day)s.") % words
        return _("%(left)s of %(most)s compute units are left until %(day)s.") % words if self.is_low else ""


def allowance(user: User) -> Allowance:
    plan = plan_of(user)
    first = datetime.now(UTC).date().replace(day=1)
    renewed = (first + timedelta(days=32)).replace(day=1)
    used = units_used(user, first) if plan.compute_units is not None else 0
    return Allowance(plan, used, plan.compute_units, first, renewed)


def units_used(user: User, first: date) -> float:
    """Each hour of a machine counts as many units as its type costs now."""
    rows = UsageDay.objects.filter(user=user, day__gte=first).order_by()
    total = rows.aggregate(units=Sum(F("seconds") * F("type__units_per_hour")))["units"]
    return float(total or 0) / 3600


def seed_plans() -> None:
    """The plans that people know, as rows that an administrator then changes; made once, while there is only Free."""
    free = default_plan()
    if Plan.objects.exclude(pk=free.pk).exists():
        return
    for slug, name, at_once, hours, background, units in FIRST_PLANS:
        Plan.objects.create(
            slug=slug,
            name=name,
            runtimes_at_once=at_once,
            lifetime_hours=hours,
            background_minutes=background,
            compute_units=units,
        )
