"""Opening a notebook to people who are not named: to an organization, or to whoever has its link.

A link carries a secret. It ends when it is switched off or renewed, and an old one never comes to life again: access by
it is a note of the very key that somebody came by.
"""

import secrets
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.credentials import new_secret
from accounts.models import Organization, User
from accounts.policies import forbids, policy_of
from notebooks.documents.models import Notebook
from notebooks.sharing import limits
from notebooks.sharing.access import Access, NoAccess
from notebooks.sharing.models import Grant, Inspection, Scope, Sharing, Visit
from notebooks.sharing.roles import GRANTED, Role
from notebooks.sharing.services import CannotShare, access_changed, lock


@transaction.atomic
def open_to(notebook: Notebook, scope: str, role: str = Role.VIEWER.value, organization: int | None = None) -> None:
    """Say who, besides the people named, may do what; raises CannotShare."""
    sharing = _locked(notebook)
    if scope not in Scope.values or role not in GRANTED:
        raise CannotShare(_("This is not a kind of access that one can give."))
    if scope == Scope.LINK and not policy_of(notebook.owner).may_share_by_link:
        raise CannotShare(_("The organization of its owner does not allow sharing by link."))
    group = _organization(notebook, organization) if scope == Scope.ORGANIZATION else None
    if sharing.scope != scope:
        Visit.objects.filter(notebook=notebook).delete()
        sharing.key = new_secret() if scope == Scope.LINK else ""
    sharing.scope, sharing.role, sharing.organization = scope, role, group
    sharing.save(update_fields=["scope", "role", "organization", "key"])
    access_changed(notebook)


@transaction.atomic
def renew_link(notebook: Notebook) -> None:
    """Replace the link's key: the old link, and access by it, end at once. Raises CannotShare."""
    sharing = _locked(notebook)
    if sharing.scope != Scope.LINK:
        raise CannotShare(_("There is no link to renew: the notebook is not open to anyone with the link."))
    Visit.objects.filter(notebook=notebook).delete()
    sharing.key = new_secret()
    sharing.save(update_fields=["key"])
    access_changed(notebook)


def address_of(notebook: Notebook, sharing: Sharing | None) -> str:
    """What *Copy link* copies: the notebook's address, with the key if it is open to whoever has the link."""
    plain = settings.TOMONI_ADDRESS + reverse("notebook", args=[notebook.pk])
    return f"{plain}?key={sharing.key}" if sharing and sharing.key else plain


def come_by_link(user: User, notebook_id: UUID, key: str) -> None:
    """Note that this person has the notebook's present link; raises NoAccess for a wrong one, or TooOften.

    A notebook without a link, or none at all, is compared with as well: the answer takes as long.
    """
    limits.check(user, limits.Limited.LINK_GUESSES)
    shared = Sharing.objects.filter(notebook=notebook_id, notebook__trashed_at=None, scope=Scope.LINK.value)
    sharing = shared.first()
    present = sharing.key if sharing else new_secret()
    if not secrets.compare_digest(key.encode(errors="surrogatepass"), present.encode()):
        limits.spend(user, limits.Limited.LINK_GUESSES)
        raise NoAccess("There is no such notebook.")
    _note_visit(notebook_id, user, key)


def note_opening(access: Access, user: User) -> None:
    """Note that somebody has opened a notebook of another: it stays in their list, and who shared it sees that."""
    if access.notebook.owner_id == user.pk or access.notebook.frozen_at:
        return
    if Inspection.objects.filter(notebook=access.notebook, by=user, ends_at__gt=Now()).exists():
        return  # who looks for the platform's sake does not want it in their list
    mine = Grant.objects.valid().reaching(user.pk).filter(notebook=access.notebook)
    if not mine.exists():
        Visit.objects.bulk_create([Visit(notebook=access.notebook, user=user)], ignore_conflicts=True)
    mine.filter(opened_at=None).update(opened_at=Now())


def _organization(notebook: Notebook, identity: int | None) -> Organization:
    found = Organization.objects.filter(pk=identity or 0, members=notebook.owner).first()
    if found is None:
        raise CannotShare(_("A notebook can be opened only to an organization of its owner."))
    if forbids(notebook.owner, found):
        raise CannotShare(_("Another organization of its owner does not allow sharing outside."))
    return found


def _note_visit(notebook_id: UUID, user: User, key: str) -> None:
    Visit.objects.bulk_create(
        [Visit(notebook_id=notebook_id, user=user, key=key)],
        update_conflicts=True,
        update_fields=["key"],
        unique_fields=["notebook", "user"],
    )


def _locked(notebook: Notebook) -> Sharing:
    """How the notebook is shared, while nobody else changes it."""
    lock(notebook)
    return Sharing.objects.get_or_create(notebook=notebook)[0]
