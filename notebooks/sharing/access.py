"""The only door to a notebook.

Views, the API and the sockets get a notebook from here or not at all. One query finds the row and the caller's role
together, so a notebook that does not exist, one that is in the trash and one that the caller may not see are the same
answer after the same work: `NoAccess`, which is 404 everywhere. Somebody who may see it and asks for more gets
`NotAllowed`, for hiding it from them would only confuse; its text may be shown.

A role is never remembered. Sockets outlive permissions, so a consumer comes through here again for each frame; when a
grant changes, `notebooks.sharing.services` tells the notebook's group, and open pages learn of it at once. Whether the
caller's account is active is read from the database as well, because the `user` in the hands of a socket is as old as
the socket.

A person's role in someone else's notebook is the best of four: a grant for an address that they have proved to be
theirs, if it has not expired; what the notebook gives to a group in which they are, of an organization of its owner;
what it gives to an organization of which both they and its owner are members; what it gives to those who came by its
link, while the key that they came by is the present one. Staff have no role by being staff, but for an hour after they
said why they have to look (`freezing`); a closed account has none at all. In a frozen notebook nobody is more than
viewer, and groups, organizations and links give nothing.

Lists show what somebody owns, was given by name or as one of a group, or has opened: a link or an organization lets
people in who know the address, and does not fill their lists.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.db.models import Exists, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.ranks import Caller, grants, group_grants, rank, visits
from notebooks.sharing.role_names import ROLE_NAMES
from notebooks.sharing.roles import Role, role_of_rank


class NoAccess(Http404):
    """For this caller there is no such notebook."""


class NotAllowed(NoAccess):
    """The caller may see the notebook, but not do what they asked."""


@dataclass(frozen=True, slots=True)
class Access:
    """A notebook, and what the caller is to it."""

    notebook: Notebook
    role: Role
    shared_by: User | None = None  # in lists


def access_notebook(user: Caller, notebook_id: UUID | str, least: Role = Role.VIEWER) -> Access:
    """The notebook and the caller's role in it, which is at least `least`; raises NoAccess or NotAllowed."""
    notebook = Notebook.objects.kept().annotate(rank=rank(user)).filter(pk=_parse(notebook_id)).first()
    role = role_of_rank(notebook.rank) if notebook else Role.NONE  # type: ignore[attr-defined]
    if notebook is None or not role.can_view:
        raise NoAccess("There is no such notebook.")
    if role < least:
        sentence = _("As %(role)s of this notebook you may not do this; it takes the role %(least)s.")
        raise NotAllowed(sentence % {"role": ROLE_NAMES[role], "least": ROLE_NAMES[least]})
    return Access(notebook, role)


def access_trashed(user: Caller, notebook_id: UUID | str) -> Notebook:
    """A notebook in the trash of its owner, who alone may see it there."""
    mine = Notebook.objects.trashed().annotate(rank=rank(user)).filter(rank=Role.OWNER.rank)
    notebook = mine.filter(pk=_parse(notebook_id)).first()
    if notebook is None:
        raise NoAccess("There is no such notebook in the trash.")
    return notebook


aaccess_notebook = database_sync_to_async(access_notebook, thread_sensitive=False)


def visible_notebooks(user: Caller) -> list[Access]:
    """All that is the caller's, was shared with them by name, or was opened by them; the last changed first."""
    if not isinstance(user, User):
        return []
    named, in_a_group = grants(user.pk), group_grants(user.pk)
    listed = Q(owner=user.pk) | Exists(named) | Exists(in_a_group) | Exists(visits(user.pk))
    rows = (
        Notebook.objects.kept()
        .listed()
        .filter(listed)
        .annotate(rank=rank(user))
        .exclude(rank=Role.NONE.rank)
        .select_related("owner")
    )
    sharer = Coalesce(Subquery(named.values("by")[:1]), Subquery(in_a_group.values("by")[:1]))
    ordered: list[Any] = list(rows.annotate(sharer=sharer).order_by("-changed_at"))
    sharers = User.objects.in_bulk({row.sharer for row in ordered if row.sharer})
    return [Access(row, role_of_rank(row.rank), sharers.get(row.sharer, row.owner)) for row in ordered]


def _parse(notebook_id: UUID | str) -> UUID:
    try:
        return notebook_id if isinstance(notebook_id, UUID) else UUID(notebook_id)
    except ValueError:
        raise NoAccess("There is no such notebook.") from None
