"""The only door to a notebook.

Views, the API and the sockets get a notebook from here or not at all. One query finds the row and the caller's role
together, so a notebook that does not exist, one that is in the trash and one that the caller may not see are the same
answer after the same work: `NoAccess`, which is 404 everywhere. Somebody who may see it and asks for more gets
`NotAllowed`, for hiding it from them would only confuse; its text may be shown.

A role is never remembered. Sockets outlive permissions, so a consumer comes through here again for each frame; when a
grant changes, `notebooks.sharing.services` tells the notebook's group, and open pages learn of it at once. Whether the
caller's account is active is read from the database as well, because the `user` in the hands of a socket is as old as
the socket.

A person's role in someone else's notebook is their grant. Staff have no role by being staff.
"""

from dataclasses import dataclass
from uuid import UUID

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, Exists, Expression, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant
from notebooks.sharing.roles import Role

Caller = User | AnonymousUser


class NoAccess(Http404):
    """For this caller there is no such notebook."""


class NotAllowed(NoAccess):
    """The caller may see the notebook, but not do what they asked."""


@dataclass(frozen=True, slots=True)
class Access:
    """A notebook, and what the caller is to it."""

    notebook: Notebook
    role: Role


def access_notebook(user: Caller, notebook_id: UUID | str, least: Role = Role.VIEWER) -> Access:
    """The notebook and the caller's role in it, which is at least `least`; raises NoAccess or NotAllowed."""
    notebook = Notebook.objects.kept().annotate(role=_role(user)).filter(pk=_parse(notebook_id)).first()
    role = Role(notebook.role) if notebook else Role.NONE  # type: ignore[attr-defined]
    if notebook is None or not role.can_view:
        raise NoAccess("There is no such notebook.")
    if role < least:
        raise NotAllowed(f"As {role.value} of this notebook you may not do this; it takes the role {least.value}.")
    return Access(notebook, role)


def access_trashed(user: Caller, notebook_id: UUID | str) -> Notebook:
    """A notebook in the trash of its owner, who alone may see it there."""
    mine = Notebook.objects.trashed().annotate(role=_role(user)).filter(role=Role.OWNER.value)
    notebook = mine.filter(pk=_parse(notebook_id)).first()
    if notebook is None:
        raise NoAccess("There is no such notebook in the trash.")
    return notebook


aaccess_notebook = database_sync_to_async(access_notebook, thread_sensitive=False)


def visible_notebooks(user: Caller) -> list[Access]:
    """All that the caller may see, the last changed first."""
    everything = Notebook.objects.kept().listed().annotate(role=_role(user)).select_related("owner")
    rows = everything.exclude(role=Role.NONE.value).order_by("-changed_at")
    return [Access(row, Role(row.role)) for row in rows]  # type: ignore[attr-defined]


def _parse(notebook_id: UUID | str) -> UUID:
    try:
        return notebook_id if isinstance(notebook_id, UUID) else UUID(notebook_id)
    except ValueError:
        raise NoAccess("There is no such notebook.") from None


def _role(user: Caller) -> Expression:
    """The caller's role in a notebook, as a column."""
    if not isinstance(user, User):
        return Value(Role.NONE.value)
    active = Exists(User.objects.filter(pk=user.pk, is_active=True))
    granted = Subquery(Grant.objects.filter(notebook=OuterRef("pk"), user=user.pk).values("role"))
    return Case(
        When(~active, then=Value(Role.NONE.value)),
        When(owner=user.pk, then=Value(Role.OWNER.value)),
        default=Coalesce(granted, Value(Role.NONE.value)),
        output_field=CharField(),
    )
