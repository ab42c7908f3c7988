"""The only door to a notebook.

Views, the API and the sockets get a notebook from here or not at all. One query finds the row and the caller's role
together, so a notebook that does not exist, one that is in the trash and one that the caller may not see are the same
answer after the same work: `NoAccess`, which is 404 everywhere. Somebody who may see it and asks for more gets
`NotAllowed`, for hiding it from them would only confuse; its text may be shown.

A role is never remembered. Sockets outlive permissions, so a consumer comes through here again for each frame; when a
grant changes, `notebooks.sharing.services` tells the notebook's group, and open pages learn of it at once. Whether the
caller's account is active is read from the database as well, because the `user` in the hands of a socket is as old as
the socket.

A person's role in someone else's notebook is the best of three: a grant for an address that they have proved to be
theirs, if it has not expired; what the notebook gives to an organization of which both they and its owner are members;
what it gives to those who came by its link, while the key that they came by is the present one. Staff have no role by
being staff, and a closed account has none at all.

Lists show what somebody owns, was given by name, or has opened: a link or an organization lets people in who know the
address, and does not fill their lists.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, Expression, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Greatest
from django.http import Http404

from accounts.models import Membership, User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant, Scope, Sharing, Visit
from notebooks.sharing.roles import GRANTED, Role, role_of_rank

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
    shared_by: User | None = None  # in lists


def access_notebook(user: Caller, notebook_id: UUID | str, least: Role = Role.VIEWER) -> Access:
    """The notebook and the caller's role in it, which is at least `least`; raises NoAccess or NotAllowed."""
    notebook = Notebook.objects.kept().annotate(rank=_rank(user)).filter(pk=_parse(notebook_id)).first()
    role = role_of_rank(notebook.rank) if notebook else Role.NONE  # type: ignore[attr-defined]
    if notebook is None or not role.can_view:
        raise NoAccess("There is no such notebook.")
    if role < least:
        raise NotAllowed(f"As {role.value} of this notebook you may not do this; it takes the role {least.value}.")
    return Access(notebook, role)


def access_trashed(user: Caller, notebook_id: UUID | str) -> Notebook:
    """A notebook in the trash of its owner, who alone may see it there."""
    mine = Notebook.objects.trashed().annotate(rank=_rank(user)).filter(rank=Role.OWNER.rank)
    notebook = mine.filter(pk=_parse(notebook_id)).first()
    if notebook is None:
        raise NoAccess("There is no such notebook in the trash.")
    return notebook


aaccess_notebook = database_sync_to_async(access_notebook, thread_sensitive=False)


def visible_notebooks(user: Caller) -> list[Access]:
    """All that is the caller's, was shared with them by name, or was opened by them; the last changed first."""
    if not isinstance(user, User):
        return []
    listed = Q(owner=user.pk) | Exists(_grants(user)) | Exists(_visits(user))
    rows = (
        Notebook.objects.kept()
        .filter(listed)
        .annotate(rank=_rank(user))
        .exclude(rank=Role.NONE.rank)
        .select_related("owner")
    )
    ordered: list[Any] = list(rows.annotate(sharer=Subquery(_grants(user).values("by")[:1])).order_by("-changed_at"))
    sharers = User.objects.in_bulk({row.sharer for row in ordered if row.sharer})
    return [Access(row, role_of_rank(row.rank), sharers.get(row.sharer, row.owner)) for row in ordered]


def roles_in(user: User, notebooks: Iterable[UUID | str]) -> dict[UUID, Role]:
    """The person's role in each of these notebooks; those that there are not are left out."""
    rows = Notebook.objects.kept().filter(pk__in=list(notebooks)).annotate(rank=_rank(user))
    return {row.pk: role_of_rank(row.rank) for row in rows}  # type: ignore[attr-defined]


def _parse(notebook_id: UUID | str) -> UUID:
    try:
        return notebook_id if isinstance(notebook_id, UUID) else UUID(notebook_id)
    except ValueError:
        raise NoAccess("There is no such notebook.") from None


def _rank(user: Caller) -> Expression:
    """The place of the caller's role in a notebook in the order of roles, as a column."""
    if not isinstance(user, User):
        return Value(Role.NONE.rank)
    active = Exists(User.objects.filter(pk=user.pk, is_active=True))
    ways = (_best(rows) for rows in (_grants(user), _organizations(user), _links(user)))
    return Case(
        When(~active, then=Value(Role.NONE.rank)),
        When(owner=user.pk, then=Value(Role.OWNER.rank)),
        default=Greatest(Value(Role.NONE.rank), *ways),  # which passes over what there is not
        output_field=IntegerField(),
    )


def _grants(user: User) -> QuerySet[Any]:
    return Grant.objects.valid().reaching(user).filter(notebook=OuterRef("pk"))


def _visits(user: User) -> QuerySet[Any]:
    return Visit.objects.filter(notebook=OuterRef("pk"), user=user.pk)


def _organizations(user: User) -> QuerySet[Any]:
    """What the notebook gives to an organization; the owner can give only to one that is theirs as well."""
    theirs = Membership.objects.filter(user=OuterRef("notebook__owner"), organization=OuterRef("organization"))
    mine = Membership.objects.filter(user=user.pk, organization=OuterRef("organization"))
    open_to_one = Sharing.objects.filter(notebook=OuterRef("pk"), scope=Scope.ORGANIZATION.value)
    return open_to_one.filter(Exists(mine), Exists(theirs))


def _links(user: User) -> QuerySet[Any]:
    """What the notebook gives by its link, if the caller has come by the present key."""
    came = Visit.objects.filter(notebook=OuterRef("notebook"), user=user.pk, key=OuterRef("key"))
    return Sharing.objects.filter(notebook=OuterRef("pk"), scope=Scope.LINK.value).filter(Exists(came))


def _best(rows: QuerySet[Any]) -> Subquery:
    """The highest rank among rows with a role: somebody may have proved several addresses."""
    rank = Case(*(When(role=role.value, then=Value(role.rank)) for role in GRANTED), output_field=IntegerField())
    return Subquery(rows.annotate(rank=rank).order_by("-rank").values("rank")[:1])
