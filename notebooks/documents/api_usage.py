"""API: what my machines have used. Beside the runtimes' own calls."""

from datetime import date, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from notebooks.sharing.gates import caller_of
from runtimes.allocation.usage import used_between

router = Router(tags=["Runtimes"])


class UsageRow(Schema):
    """What I used of one type on one day (UTC): time of machines, of their processors, and gibibytes times hours."""

    day: date
    type: str
    slug: str
    seconds: float
    cpu_seconds: float
    memory_gib_hours: float
    accelerator_seconds: float


class UsageOut(Schema):
    """The days that were asked for, both included, and what was used on them. Days without use are left out."""

    first: date
    last: date
    rows: list[UsageRow]


@router.get("", response=UsageOut, summary="What my machines have used")
def read_usage(request: HttpRequest, days: Annotated[int, Field(ge=1, le=366)] = 30) -> Any:
    last = timezone.now().date()
    first = last - timedelta(days=days - 1)
    rows = [
        UsageRow(
            day=row.day,
            type=row.type.name,
            slug=row.type.slug,
            seconds=round(row.seconds, 3),
            cpu_seconds=round(row.cpu_seconds, 3),
            memory_gib_hours=round(row.memory_gib_hours, 6),
            accelerator_seconds=round(row.accelerator_seconds, 3),
        )
        for row in used_between(caller_of(request), first, last)
    ]
    return UsageOut(first=first, last=last, rows=rows)
