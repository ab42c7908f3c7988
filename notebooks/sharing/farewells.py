"""What becomes of a person's notebooks when they leave: others lose nothing that could be somebody else's.

Who closes their account sees which of their notebooks others have, and gives each to one of them. What is still theirs
when the account is deleted goes to whoever may do most in it, has opened it and has an account; the rest is deleted.
"""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.documents.services import trash_notebook
from notebooks.documents.trash import delete_for_ever
from notebooks.sharing.models import Grant, GroupGrant, Scope, Sharing
from notebooks.sharing.roles import Role
from notebooks.sharing.services import addresses_of, transfer_ownership


@dataclass(frozen=True, slots=True)
class Bequest:
    """A notebook that others have, and who could own it: (the grant, the person), who may do most first."""

    notebook: Notebook
    heirs: list[tuple[Grant, User]]


def bequests(user: User) -> list[Bequest]:
    """The notebooks of this person that others have."""
    shared = Grant.objects.valid().filter(notebook=OuterRef("pk"))
    to_groups = GroupGrant.objects.valid().filter(notebook=OuterRef("pk"))
    open_to_more = Sharing.objects.filter(notebook=OuterRef("pk")).exclude(scope=Scope.RESTRICTED.value)
    mine = (
        Notebook.objects.kept()
        .filter(owner=user)
        .filter(Q(Exists(shared)) | Q(Exists(to_groups)) | Q(Exists(open_to_more)))
    )
    return [Bequest(notebook, heirs_of(notebook)) for notebook in mine.order_by("name", "pk")]


def heirs_of(notebook: Notebook) -> list[tuple[Grant, User]]:
    """Those who were given access, have opened the notebook and have an account."""
    grants = Grant.objects.valid().filter(notebook=notebook).exclude(opened_at=None).order_by("pk")
    found = [(grant, account) for grant in grants if (account := account_of(grant.email))]
    return sorted(found, key=lambda heir: -Role(heir[0].role).rank)


def account_of(email: str) -> User | None:
    """Who has proved to have this address, and may sign in."""
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    found = proved.select_related("user").first()
    return found.user if found else None


def give(user: User, chosen: dict[str, int]) -> None:
    """Give notebooks (by id) to people (by their grant); raises CannotShare or NoGrant and gives none."""
    with transaction.atomic():
        for bequest in bequests(user):
            grant = chosen.get(str(bequest.notebook.pk))
            if grant is not None:
                transfer_ownership(bequest.notebook, user, grant)


def leave(user: User) -> None:
    """The account is deleted: what others have goes to them, and the rest with all its results."""
    for bequest in bequests(user):
        if bequest.heirs:
            transfer_ownership(bequest.notebook, user, bequest.heirs[0][0].pk)
    for notebook in Notebook.objects.filter(owner=user):
        trash_notebook(notebook)
        delete_for_ever(notebook)
    Grant.objects.filter(email__in=addresses_of(user)).delete()  # whoever gets the address next gets nothing with it
