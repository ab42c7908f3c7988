"""That compute units run out is said once a month, by mail and while there are some left."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import outgoing
from accounts.models import User
from accounts.wording import in_language_of
from runtimes.allocation.allowances import LOW, Allowance, allowance
from runtimes.allocation.offers import Plan
from runtimes.allocation.usage_rows import UnitsWarning, UsageDay


def warn() -> None:
    """Write to whom the units run low and has not been told this month."""
    month = datetime.now(UTC).date().replace(day=1)
    least = Plan.objects.aggregate(least=Min("compute_units"))["least"]
    if least is None:
        return
    costly = UsageDay.objects.filter(day__gte=month, type__units_per_hour__gt=0).order_by()
    used = costly.values("user").annotate(units=Sum(F("seconds") * F("type__units_per_hour")) / 3600.0)
    told = UnitsWarning.objects.filter(month=month).values("user")
    for user in User.objects.filter(pk__in=used.filter(units__gte=LOW * least).values("user"), is_active=True).exclude(
        pk__in=told
    ):
        if (mine := allowance(user)).is_low:
            _tell(user, mine)


@transaction.atomic
def _tell(user: User, mine: Allowance) -> None:
    """Once, whoever else is at it: the row of the month comes first."""
    _row, is_first = UnitsWarning.objects.get_or_create(user=user, month=mine.begun)
    if not is_first:
        return
    with in_language_of(user):
        address = settings.TOMONI_ADDRESS + reverse("plans")
        text = render_to_string("runtimes/email/units.txt", {"warning": mine.warning, "address": address})
        outgoing.write(user.email, _("Your compute units are running out"), text)
