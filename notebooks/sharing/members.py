"""Who has a way into a notebook, as those who talk about it may know and name them."""

from django.db.models import Q, QuerySet

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant


def members(notebook: Notebook) -> QuerySet[User]:
    """Everybody with a role of their own: the owner and those with a grant."""
    granted = Grant.objects.filter(notebook=notebook).values("user")
    found = User.objects.filter(Q(pk=notebook.owner_id) | Q(pk__in=granted), is_active=True)
    return found.order_by("name", "email")


def known_members(notebook: Notebook, viewer: User) -> QuerySet[User]:
    """Those of them whose names and addresses `viewer` may learn: nobody, unless they are one of them."""
    found = members(notebook)
    return found if found.filter(pk=viewer.pk).exists() else found.none()
