"""What is done to a message after it was stored: once, by its task or by a sweep."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.logs import lines_about
from accounts.pictures import NoPicture, redrawn
from feedback import letters
from feedback.likeness import fingerprint
from feedback.models import Feedback, Screenshot, State
from runtimes.allocation.models import Runtime
from runtimes.allocation.showing import log_of

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=settings.TOMONI_LETTERS_SECONDS / 2)  # the message's own task comes first
AT_ONCE = 100
LOG_LINES = 400
LOG_CHARACTERS = 100_000
ALIKE = timedelta(days=60)


def complete(number: int) -> None:
    """Draw the picture anew, add our own log lines, find what is alike, and write the mails.

    All of it is committed at once with `completed_at`, so that a task which dies leaves it to the next.
    """
    with transaction.atomic():
        waiting = Feedback.objects.incomplete().select_for_update(skip_locked=True, of=("self",))
        row = waiting.select_related("sender").filter(pk=number).first()
        if row is None:
            return
        _draw(row)
        row.log = _log_of(row)
        row.fingerprint = fingerprint(row.kind, row.text, row.page, row.diagnostics)
        row.original = _first_alike(row)
        row.completed_at = timezone.now()
        row.save(update_fields=["log", "fingerprint", "original", "completed_at"])
        letters.tell_team(row)
        letters.thank(row)


def sweep() -> None:
    """Complete what no task has completed."""
    due = Feedback.objects.incomplete().filter(created_at__lt=Now() - GRACE).order_by("pk")
    for number in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        complete(number)


def _draw(row: Feedback) -> None:
    for shot in Screenshot.objects.filter(feedback=row).exclude(raw=None):
        assert shot.raw is not None
        try:
            shot.picture, shot.mime = redrawn(bytes(shot.raw))
        except NoPicture as problem:
            shot.problem = str(problem)[:200]
        shot.raw = None
        shot.save()


def _log_of(row: Feedback) -> str:
    """What our logs say about the requests that failed for the sender, and what happened in their machine."""
    lines = lines_about(_requests(row.diagnostics), settings.TOMONI_HOME / "logs", LOG_LINES)
    if row.runtime and row.sender:
        for runtime in Runtime.objects.filter(pk=row.runtime, owner=row.sender):
            lines += [f"{at.isoformat()} runtime {runtime.pk}: {what} {detail}" for at, what, detail in log_of(runtime)]
    return "\n".join(lines[-LOG_LINES:])[-LOG_CHARACTERS:].replace("\0", "\N{REPLACEMENT CHARACTER}")


def _requests(diagnostics: dict[str, Any]) -> set[str]:
    """The ids of requests in the errors that the page reported."""
    errors = diagnostics.get("errors")
    if not isinstance(errors, list):
        return set()
    named = (error.get("request") for error in errors if isinstance(error, dict))
    return {request for request in named if isinstance(request, str)}


def _first_alike(row: Feedback) -> Feedback | None:
    """The oldest message about the same thing that is not closed; two at the same moment may miss each other."""
    if not row.fingerprint:
        return None
    alike = Feedback.objects.filter(fingerprint=row.fingerprint, original=None, pk__lt=row.pk)
    return alike.filter(created_at__gt=Now() - ALIKE).exclude(state=State.CLOSED.value).order_by("pk").first()
