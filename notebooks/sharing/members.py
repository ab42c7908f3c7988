"""Who has a way into a notebook, as those who talk about it may know and name them."""

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant


def members(notebook: Notebook) -> QuerySet[User]:
    """Everybody with a role of their own: the owner and those with a grant that has not expired."""
    return _holders(notebook, Grant.objects.valid())


def known_members(notebook: Notebook, viewer: User) -> QuerySet[User]:
    """Those of them whose names and addresses `viewer` may learn: nobody, unless they are one of them.

    Who was invited and has not come yet is left out: a name would tell that the address has an account.
    """
    if not members(notebook).filter(pk=viewer.pk).exists():
        return User.objects.none()
    return _holders(notebook, Grant.objects.valid().exclude(opened_at=None))


def _holders(notebook: Notebook, grants: QuerySet[Grant]) -> QuerySet[User]:
    """The owner, and who has proved to have one of these addresses."""
    proved = EmailAddress.objects.annotate(lower=Lower("email")).filter(
        verified=True, lower__in=grants.filter(notebook=notebook).values("email")
    )
    found = User.objects.filter(Q(pk=notebook.owner_id) | Q(pk__in=proved.values("user")), is_active=True)
    return found.order_by("name", "email")
