"""What a page has to know of its notebook before it asks for anything, and again when it goes on in a copy of it."""

from typing import Any

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.access import Access


def about(access: Access) -> dict[str, Any]:
    """Which notebook it is, what the reader is to it, and whose work it is."""
    notebook = access.notebook
    return {
        "notebook": {"id": str(notebook.pk), "name": notebook.name},
        "role": access.role.value,
        "owner": _person(notebook.owner),
        "frozen": notebook.frozen_why if notebook.frozen_at else None,
        "playground": _playground(notebook) if notebook.is_playground else None,
    }


def _playground(notebook: Notebook) -> dict[str, Any]:
    """What it is a copy of. Not that one's name, which may have become another since it was shared."""
    origin = notebook.origin
    return {"original": str(origin.pk) if origin else None, "author": _person(origin.owner) if origin else None}


def _person(user: User) -> dict[str, Any]:
    return {"id": user.pk, "name": user.display_name}
