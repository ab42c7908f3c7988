"""What a person may do only so often in an hour. Counted in PostgreSQL, so that it holds for all processes."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from notebooks.sharing.models import Tally

HOUR = timedelta(hours=1)


class Limited(StrEnum):
    """What is counted."""

    INVITATIONS = "invitations"
    LINK_GUESSES = "link guesses"
    COMMENTS = "comments"
    RESETS = "resets"
    FEEDBACK = "feedback"


class TooOften(Exception):
    """The person has done it as often as they may in this hour; `seconds` later they may again."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        sentence = ngettext(
            "That was tried too often in a short time. Nothing was changed; try again in %(count)s minute.",
            "That was tried too often in a short time. Nothing was changed; try again in %(count)s minutes.",
            minutes,
        )
        super().__init__(sentence % {"count": minutes})
        self.seconds = seconds


def spend(user: User, what: Limited, amount: int = 1) -> None:
    """Count `amount` more; raises TooOften, and counts nothing, if that is too many.

    Call it outside of the transaction of what is counted: a failure must not take the count back.
    """
    hour = _this_hour()
    Tally.objects.get_or_create(user=user, what=what.value, hour=hour)
    fitting = Tally.objects.filter(user=user, what=what.value, hour=hour, count__lte=_limit(what) - amount)
    if not fitting.update(count=F("count") + amount):
        raise TooOften(_seconds_left(hour))


def check(user: User, what: Limited) -> None:
    """Raises TooOften if the person may not do it once more; counts nothing."""
    hour = _this_hour()
    if Tally.objects.filter(user=user, what=what.value, hour=hour, count__gte=_limit(what)).exists():
        raise TooOften(_seconds_left(hour))


def forget_old() -> None:
    """Delete the counts of hours that are over."""
    Tally.objects.filter(hour__lt=_this_hour()).delete()


def _limit(what: Limited) -> int:
    limits = {
        Limited.INVITATIONS: settings.TOMONI_INVITATIONS_PER_HOUR,
        Limited.LINK_GUESSES: settings.TOMONI_LINK_GUESSES_PER_HOUR,
        Limited.COMMENTS: settings.TOMONI_COMMENTS_PER_HOUR,
        Limited.RESETS: settings.TOMONI_RESETS_PER_HOUR,
        Limited.FEEDBACK: settings.TOMONI_FEEDBACK_PER_HOUR,
    }
    return limits[what]


def _this_hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def _seconds_left(hour: datetime) -> int:
    return max(1, int((hour + HOUR - timezone.now()).total_seconds()))
