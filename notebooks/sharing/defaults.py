"""How a notebook is shared when it is new: as an organization of its owner says, or with nobody."""

from accounts.policies import opens_new
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Scope, Sharing


def open_new(notebook: Notebook) -> None:
    """Open a notebook that has just been made to the organization whose policy that is; its owner may change it."""
    if organization := opens_new(notebook.owner):
        role, scope = organization.new_notebooks, Scope.ORGANIZATION.value
        Sharing.objects.create(notebook=notebook, scope=scope, role=role, organization=organization)
