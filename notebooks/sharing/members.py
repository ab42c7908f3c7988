"""Who has a way into a notebook, as those who talk about it may know and name them."""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import Membership, User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant, GroupGrant, Scope, Sharing, Visit


def members(notebook: Notebook) -> QuerySet[User]:
    """The owner, whoever has proved an address that was given a role, and those who have
    opened the notebook of an organization or a group to which it is open.

    Not those who came by a link: nobody has named them, and they have not said who they are.
    """
    return _with_a_role(notebook, Grant.objects.valid())


def known_members(notebook: Notebook, viewer: User) -> QuerySet[User]:
    """Those of them whose names and addresses `viewer` may learn: nobody, unless they are one of them.

    Who was invited and has not opened the notebook is left out: naming them would tell that there is such an account.
    """
    found = _with_a_role(notebook, Grant.objects.valid().exclude(opened_at=None))
    return found if members(notebook).filter(pk=viewer.pk).exists() else found.none()


def _with_a_role(notebook: Notebook, grants: QuerySet[Grant]) -> QuerySet[User]:
    invited = grants.filter(notebook=notebook).values("email")
    proved = EmailAddress.objects.filter(verified=True).annotate(lower=Lower("email")).filter(lower__in=invited)
    named = Q(pk=notebook.owner_id) | Q(pk__in=proved.values("user")) | Q(pk__in=_colleagues(notebook))
    return User.objects.filter(named, is_active=True).order_by("name", "email")


def _colleagues(notebook: Notebook) -> QuerySet[Membership, int]:
    """Members of the organization and of groups to which the notebook is open, who have opened it."""
    open_to = Sharing.objects.filter(notebook=notebook, scope=Scope.ORGANIZATION.value).values("organization")
    visits = Visit.objects.filter(notebook=notebook, user=OuterRef("user"))
    groups = GroupGrant.objects.valid().filter(notebook=notebook).values("group")
    is_meant = Q(organization__in=open_to) | Q(places__group__in=groups)
    found = Membership.objects.filter(is_meant, Exists(visits)).distinct()
    return found.values_list("user", flat=True)
