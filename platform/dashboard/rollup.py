"""The figures of each day, counted from the rows while they are there."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, When
from django.db.models.functions import Coalesce, Greatest, Least, Now
from django.utils import timezone

from accounts.models import User
from dashboard.models import Day
from feedback.models import Feedback
from runtimes.allocation.models import Runtime
from runtimes.allocation.states import Reason, Status
from runtimes.execution.models import Execution
from runtimes.execution.states import State

BAD_ENDS = (Reason.FAILED.value, Reason.HOST_LOST.value, Reason.OUT_OF_MEMORY.value)


def roll_up(today: date | None = None) -> None:
    """Count today and yesterday anew. A day that beat slept through is counted with the next that it did not."""
    today = today or timezone.now().date()
    last = Day.objects.filter(day__lt=today).order_by("-day").values_list("day", flat=True).first()
    first = min(today - timedelta(days=1), max(last or today, today - timedelta(days=31)))
    while first <= today:
        Day.objects.update_or_create(day=first, defaults=figures_of(first))
        first += timedelta(days=1)


def figures_of(day: date) -> dict[str, Any]:
    """What happened between two midnights (UTC)."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = begin + timedelta(days=1)
    runs = Execution.objects.filter(queued_at__gte=begin, queued_at__lt=end)
    machines = Runtime.objects.filter(ready_at__lt=end)
    # One that is live goes on until now; one that is gone ended with its last change.
    until = Least(Coalesce("gone_at", Now()), end)
    alive = machines.annotate(gone_at=_gone_at()).filter(Q(gone_at=None) | Q(gone_at__gte=begin))
    spent = alive.annotate(spent=until - Greatest(F("ready_at"), begin)).aggregate(all=Sum("spent"))["all"]
    owners = set(alive.values_list("owner", flat=True)) | set(runs.exclude(by=None).values_list("by", flat=True))
    counted = runs.aggregate(all=Count("pk"), failed=Count("pk", filter=Q(state=State.FAILED.value)))
    return {
        "people": len(owners),
        "new_people": User.objects.filter(date_joined__gte=begin, date_joined__lt=end).count(),
        "runs": counted["all"],
        "failed_runs": counted["failed"],
        "machines": machines.filter(ready_at__gte=begin).count(),
        "failed_machines": Runtime.objects.filter(
            state=Status.GONE.value, reason__in=BAD_ENDS, changed_at__gte=begin, changed_at__lt=end
        ).count(),
        "machine_seconds": max(0, round(spent.total_seconds())) if spent else 0,
        "feedback": Feedback.objects.filter(created_at__gte=begin, created_at__lt=end).count(),
    }


def _gone_at() -> Case:
    return Case(When(state=Status.GONE.value, then=F("changed_at")), default=None)
