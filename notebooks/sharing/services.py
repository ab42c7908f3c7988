"""Sharing a notebook with people, and telling open pages when a role changes."""

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant
from notebooks.sharing.roles import GRANTED, Role
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import Reason

logger = logging.getLogger(__name__)


class CannotShare(Exception):
    """The list of people cannot be granted as asked; the text says why."""


def shares(notebook: Notebook) -> list[dict[str, str]]:
    """Everyone who has a role in `notebook`, its owner first."""
    owner = {"email": notebook.owner.email, "name": notebook.owner.display_name, "role": Role.OWNER.value}
    grants = Grant.objects.filter(notebook=notebook).select_related("user").order_by("pk")
    return [owner, *({"email": g.user.email, "name": g.user.display_name, "role": g.role} for g in grants)]


@transaction.atomic
def set_shares(notebook: Notebook, wanted: Mapping[str, str]) -> None:
    """Make `wanted` (email address to role) the whole list of grants; raises CannotShare and changes nothing.

    The owner may be in the list as owner, and stays it in any case.
    """
    locked = Notebook.objects.select_for_update().get(pk=notebook.pk)  # two lists at once queue up
    if locked.is_playground and wanted:
        raise CannotShare("A playground is yours alone: copy it to your notebooks first, then share the copy.")
    grants = {user.pk: role for user, role in _people(notebook, wanted).items()}
    present = dict(Grant.objects.filter(notebook=notebook).values_list("user", "role"))
    ended = present.keys() - grants.keys()
    changed = {user: role for user, role in grants.items() if present.get(user) != role}
    Grant.objects.filter(notebook=notebook, user__in=ended).delete()
    Grant.objects.bulk_create(
        [Grant(notebook=notebook, user_id=user, role=role) for user, role in changed.items()],
        update_conflicts=True,
        update_fields=["role"],
        unique_fields=["notebook", "user"],
    )
    _stop_machines(notebook, ended | {user for user, role in changed.items() if not Role(role).can_run})
    if ended or changed:
        announce(notebook, {"type": "notebook.access"})


def announce(notebook: Notebook, message: dict[str, Any]) -> None:
    """Hint to every process that has `notebook` open, once the transaction commits."""
    transaction.on_commit(partial(_send, f"notebook.{notebook.pk}", message))


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    assert layer is not None
    try:
        async_to_sync(layer.group_send)(group, message)
    except (RedisError, OSError):
        logger.warning("Redis is away: %s will see %s at its next look.", group, message["type"])


def _stop_machines(notebook: Notebook, users: set[int]) -> None:
    """Whoever may no longer run code in the notebook does not keep a machine for it."""
    for runtime in Runtime.objects.live().filter(audience=str(notebook.pk), owner__in=users):
        reset_runtime(runtime, Reason.USER, "You may no longer run code in this notebook.")


def _people(notebook: Notebook, wanted: Mapping[str, str]) -> dict[User, str]:
    people: dict[User, str] = {}
    for email, role in wanted.items():
        user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if user is None:
            raise CannotShare(f"There is no account with the address {email.strip()} here, so nothing was changed.")
        if user.pk == notebook.owner_id:
            if role != Role.OWNER:
                raise CannotShare(f"{email.strip()} owns this notebook and stays its owner.")
            continue
        if role not in GRANTED:
            raise CannotShare(f"“{role}” is not a role one can give; choose viewer, commenter or editor.")
        people[user] = role
    return people
