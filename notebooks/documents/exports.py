"""My notebooks for the file that a person takes along: each as .ipynb with its comments, those in the trash as well."""

from collections.abc import Iterator

from accounts.exports import as_json
from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.documents.services import export_notebook


def notebooks(user: User) -> Iterator[tuple[str, bytes]]:
    taken: set[str] = set()
    for notebook in Notebook.objects.filter(owner=user).order_by("created_at").iterator(chunk_size=50):
        folder = "notebooks/trash" if notebook.trashed_at else "notebooks"
        yield name_within(folder, notebook.name, taken), export_notebook(notebook, is_commented=True)
    fields = ("id", "name", "created_at", "changed_at", "trashed_at")
    yield "notebooks.json", as_json(list(Notebook.objects.filter(owner=user).order_by("created_at").values(*fields)))


def name_within(folder: str, name: str, taken: set[str]) -> str:
    """A path for this notebook that leads nowhere else when unpacked, and is no other's."""
    stem = name.removesuffix(".ipynb")
    stem = "".join("_" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in stem).strip(". ")
    stem = stem[:100] or "notebook"
    number, path = 1, f"{folder}/{stem}.ipynb"
    while path.lower() in taken:
        number += 1
        path = f"{folder}/{stem} ({number}).ipynb"
    taken.add(path.lower())
    return path
