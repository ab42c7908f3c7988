"""What every page shows above everything else: announcements, in whose name somebody is, and what runs out."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from accounts.standing import stands_in
from dashboard.models import Announcement
from runtimes.allocation.allowances import allowance

MOST = 3


def banners(request: HttpRequest) -> dict[str, Any]:
    """Asked of the database only by templates that show them."""
    return {
        "announcements": announcements,
        "stands_in": stands_in(request),
        "banners": lambda: for_editor(request),
    }


def announcements() -> list[Announcement]:
    return list(Announcement.objects.current()[:MOST])


def for_editor(request: HttpRequest) -> dict[str, Any]:
    """The same for the editor, which shows them in its own way."""
    shown = [{"id": one.pk, "level": one.level, "text": one.text} for one in announcements()]
    if isinstance(request.user, User) and (warning := allowance(request.user).warning):
        shown.append({"id": 0, "level": "warning", "text": warning})
    return {"announcements": shown, "stands_in": stands_in(request)}
