"""What open sockets may still do: a socket outlives the session and the role that it was opened with."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from accounts.models import User
from accounts.online import note_online
from notebooks.sharing.access import NoAccess, access_notebook
from notebooks.sharing.roles import Role
from runtimes.execution.rights import Rights


@dataclass(frozen=True, slots=True)
class Standing:
    """What PostgreSQL says of somebody with an open socket: whether the session is still theirs, and their role."""

    is_signed_in: bool
    role: Role


def read_standings(notebook: UUID | str, people: Iterable[tuple[User, str]]) -> list[Standing]:
    """How these people stand in `notebook`, each with the key of their session."""
    found = [(user.pk, _read_standing(notebook, user, session)) for user, session in people]
    note_online(person for person, standing in found if standing.is_signed_in)
    return [standing for _person, standing in found]


standings = database_sync_to_async(read_standings, thread_sensitive=False)


async def runtime_rights(user: User, session: str, audience: str) -> Rights:
    """What they may do with a machine for the notebook whose id is `audience`."""
    [standing] = await standings(audience, [(user, session)])
    if not standing.is_signed_in:
        return Rights.SIGNED_OUT
    if not standing.role.can_view:
        return Rights.NOTHING
    return Rights.RUN if standing.role.can_run else Rights.LOOK


def _read_standing(notebook: UUID | str, user: User, session: str) -> Standing:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    # Also compares the password that the session was opened with, and whether the account is active.
    if cast(Any, get_user(request)).pk != user.pk:
        return Standing(False, Role.NONE)
    try:
        return Standing(True, access_notebook(user, notebook).role)
    except NoAccess:
        return Standing(True, Role.NONE)
