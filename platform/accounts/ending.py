"""The end of accounts that were closed, when their time is up."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from accounts.models import Closing, User

logger = logging.getLogger(__name__)


def end_closed() -> int:
    """Delete the accounts whose time is up; how many. Each by itself, so that one that fails keeps no other."""
    Closing.objects.filter(user__is_active=True).delete()  # an administrator has let them in again
    due = list(Closing.objects.filter(due_at__lte=Now()).values_list("pk", flat=True))
    return sum(_end(pk) for pk in due)


@transaction.atomic
def _end(user_id: int) -> bool:
    closing = Closing.objects.select_for_update().filter(pk=user_id, due_at__lte=Now(), user__is_active=False).first()
    if closing is None:
        return False
    user = closing.user
    call(settings.TOMONI_AT_DELETION, user)
    user.delete()
    logger.info("The account %s was deleted: its owner closed it.", user_id)
    return True


def call(paths: list[str], user: User) -> None:
    """What the other apps do about it."""
    for path in paths:
        act: Callable[[User], Any] = import_string(path)
        act(user)
