"""Who is known to be able to see a notebook: those with a role of their own in it."""

from django.db.models import Q, QuerySet

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant


def people_with_a_role(notebook: Notebook) -> QuerySet[User]:
    """The owner and everybody with a grant, by name."""
    granted = Grant.objects.filter(notebook=notebook).values("user")
    found = User.objects.filter(Q(pk=notebook.owner_id) | Q(pk__in=granted), is_active=True)
    return found.order_by("name", "email")
