"""Who has access to a notebook, as those who share it see it.

Who was invited is shown by name only to those who would know: after they have opened the notebook, or to members of one
organization. Otherwise inviting an address would tell whether somebody has an account with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Count
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Group, Membership, Organization, User
from notebooks.collaboration.presence import person_of
from notebooks.documents.models import Notebook
from notebooks.sharing.access import Access
from notebooks.sharing.groups import offered_groups
from notebooks.sharing.models import Grant, GroupGrant, Scope, Sharing
from notebooks.sharing.openings import address_of
from notebooks.sharing.roles import Role


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody with a role in a notebook; `grant` is None for its owner."""

    grant: Grant | None
    email: str
    role: str
    name: str = ""
    color: str = ""
    expires: datetime | None = None
    has_opened: bool = True
    has_expired: bool = False


def may_share(access: Access, user: User) -> bool:
    """The owner may share; editors may, unless the owner forbids it, if they were named and for good.

    Who came by a link, or only for a time, could otherwise make more of what they were given.
    """
    if access.role is Role.OWNER:
        return True
    if not access.role.can_edit or Sharing.objects.filter(notebook=access.notebook, may_editors_share=False).exists():
        return False
    named = Grant.objects.reaching(user.pk).filter(notebook=access.notebook, role=Role.EDITOR.value, expires_at=None)
    return named.exists()


def people(notebook: Notebook, viewer: User) -> list[Named]:
    """Everyone with a role by name, the owner first, as `viewer` sees them."""
    grants = list(Grant.objects.filter(notebook=notebook).order_by("pk"))
    holders = _holders(grants)
    colleagues = _colleagues(viewer, holders.values())
    return [_owner(notebook.owner), *(_named(grant, holders.get(grant.email), viewer, colleagues) for grant in grants)]


def sharing_of(notebook: Notebook) -> Sharing:
    """How the notebook is shared beyond people by name; an unsaved row where nobody has said anything."""
    found = Sharing.objects.filter(notebook=notebook).select_related("organization").first()
    return found or Sharing(notebook=notebook)


def organizations(notebook: Notebook, viewer: User) -> list[Organization]:
    """Those to which `viewer` can open the notebook: the owner's, as far as they are the viewer's as well."""
    return list(Organization.objects.filter(members=notebook.owner).filter(members=viewer).order_by("name", "pk"))


def summary(access: Access, viewer: User) -> dict[str, Any]:
    """What the Share dialog shows to `viewer`: all of it to editors, to others only what concerns them."""
    notebook, sharing, sharer = access.notebook, sharing_of(access.notebook), may_share(access, viewer)
    organization = sharing.organization if sharing.scope == Scope.ORGANIZATION else None
    named = people(notebook, viewer) if access.role.can_edit else []
    return {
        "role": access.role,
        "may_share": sharer,
        "may_editors_share": sharing.may_editors_share,
        "owner": _owner(notebook.owner).name,
        "people": [_as_json(person) for person in named],
        "groups": _groups(notebook, viewer) if access.role.can_edit else [],
        "offered_groups": [_group(one) for one in (offered_groups(notebook, viewer) if sharer else [])],
        "scope": sharing.scope,
        "general_role": sharing.role,
        "organization": organization and {"id": organization.pk, "name": organization.name},
        "organizations": [
            {"id": found.pk, "name": found.name} for found in (organizations(notebook, viewer) if sharer else [])
        ],
        "link": address_of(notebook, sharing),
    }


def _groups(notebook: Notebook, viewer: User) -> list[dict[str, Any]]:
    """The groups that have access; how many are in one is told to members of its organization."""
    ours = set(Membership.objects.filter(user=viewer).values_list("organization", flat=True))
    granted = GroupGrant.objects.valid().filter(notebook=notebook).order_by("pk")
    counted: list[Any] = list(granted.select_related("group__organization").annotate(people=Count("group__places")))
    return [
        _group(grant.group)
        | {"grant": grant.pk, "role": grant.role}
        | {"people": grant.people if grant.group.organization_id in ours else None}
        for grant in counted
    ]


def _group(group: Group) -> dict[str, Any]:
    return {"id": group.pk, "name": group.name, "organization": group.organization.name}


def _as_json(person: Named) -> dict[str, Any]:
    return {
        "id": person.grant.pk if person.grant else None,
        "email": person.email,
        "name": person.name,
        "color": person.color,
        "role": person.role,
        "expires": person.expires,
        "has_expired": person.has_expired,
        "has_opened": person.has_opened,
    }


def _owner(owner: User) -> Named:
    return Named(None, owner.email, Role.OWNER.value, owner.display_name, _color(owner))


def _named(grant: Grant, holder: User | None, viewer: User, colleagues: set[int]) -> Named:
    has_expired = grant.expires_at is not None and grant.expires_at <= timezone.now()
    has_opened = grant.opened_at is not None
    terms = Named(grant, grant.email, grant.role, "", "", grant.expires_at, has_opened, has_expired)
    if holder is None or not (has_opened or holder == viewer or holder.pk in colleagues):
        return terms
    name, color = holder.display_name, _color(holder)
    return Named(grant, grant.email, grant.role, name, color, grant.expires_at, has_opened, has_expired)


def _holders(grants: Iterable[Grant]) -> dict[str, User]:
    """Who has proved to have these addresses."""
    proved = EmailAddress.objects.filter(verified=True).annotate(lower=Lower("email")).select_related("user")
    found = proved.filter(lower__in=[grant.email for grant in grants])
    return {address.lower: address.user for address in found}


def _colleagues(viewer: User, others: Iterable[User]) -> set[int]:
    ours = Membership.objects.filter(user=viewer).values("organization")
    return set(Membership.objects.filter(organization__in=ours, user__in=others).values_list("user", flat=True))


def _color(user: User) -> str:
    return person_of(user.pk, "")["color"]
