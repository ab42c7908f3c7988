"""docs/permissions.md as data, and the people of its columns."""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization, User
from notebooks.documents import services
from notebooks.sharing.models import Grant
from notebooks.sharing.openings import come_by_link, open_to
from notebooks.sharing.people import sharing_of
from notebooks.sharing.services import set_shares
from tests.conftest import person
from tests.notebooks.documents.files import code, file_of, stream

TABLE = Path(__file__).resolve().parents[1] / "docs" / "permissions.md"
COLUMNS = (
    *("stranger", "signed in", "viewer", "commenter", "editor", "owner"),
    *("org admin", "site admin", "expired", "link off", "suspended"),
)

Row = dict[str, str]


@cache
def tables() -> dict[str, dict[str, Row]]:
    """Heading → what is asked → person → what happens."""
    found: dict[str, dict[str, Row]] = {}
    for part in re.split(r"^### ", TABLE.read_text(), flags=re.M)[1:]:
        heading, *lines = part.splitlines()
        rows = [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in lines if line.startswith("| `")]
        for row in rows:
            assert len(row) == len(COLUMNS) + 1, row
        found[heading] = {
            what.strip("`").replace("\\|", "|"): dict(zip(COLUMNS, cells, strict=True)) for what, *cells in rows
        }
    return found


def frames_of(socket: str) -> dict[str, Row]:
    """The rows of the frames of one socket."""
    [rows] = [rows for heading, rows in tables().items() if heading.startswith("Frames") and socket in heading]
    return rows


def calls() -> dict[str, Row]:
    """The rows of pages and calls, each for one method."""
    rows = [item for heading, rows in tables().items() if "/ws/" not in heading for item in rows.items()]
    return {f"{method} {path}": row for what, row in rows for method, path in _split(what)}


def cast() -> tuple[Any, dict[str, User | None]]:
    """Ada's notebook, which has a name and text that must not leak, and somebody for each column."""
    names = ("Ada", "Bob", "Vera", "Carl", "Cleo", "Olga", "Root", "Eve", "Lin", "Sus")
    people = {name: person(name) for name in names}
    raw = file_of(code("secret-source", stream("secret-output")), nbformat_minor=4)
    notebook = services.import_notebook(people["Ada"], "secret-name.ipynb", raw)
    roles = {"Bob": "editor", "Vera": "viewer", "Carl": "commenter", "Eve": "editor", "Sus": "editor"}
    set_shares(notebook, {people[name].email: role for name, role in roles.items()})
    yesterday = timezone.now() - timedelta(days=1)
    Grant.objects.update(opened_at=yesterday)
    Grant.objects.filter(email=people["Eve"].email).update(expires_at=yesterday)
    open_to(notebook, "link", "editor")
    come_by_link(people["Lin"], notebook.pk, sharing_of(notebook).key)
    open_to(notebook, "restricted")
    open_to(notebook, "link", "editor")
    lab = Organization.objects.create(name="Lab")
    for member in ("Ada", "Olga"):
        Membership.objects.create(organization=lab, user=people[member], role=Membership.Role.ADMIN.value)
    User.objects.filter(pk=people["Root"].pk).update(is_staff=True, is_superuser=True)
    User.objects.update(password="some")  # who has one may be asked for it again
    who = (None, "Cleo", "Vera", "Carl", "Bob", "Ada", "Olga", "Root", "Eve", "Lin", "Sus")
    for user in people.values():
        user.refresh_from_db()
    return notebook, {column: people[name] if name else None for column, name in zip(COLUMNS, who, strict=True)}


def suspend(people: dict[str, User | None]) -> None:
    """After signing in: their session is there, and worth nothing."""
    suspended = people["suspended"]
    assert suspended
    User.objects.filter(pk=suspended.pk).update(is_active=False)


def _split(what: str) -> list[tuple[str, str]]:
    methods, path = re.fullmatch(r"([A-Z, ]+|any) (/.*)", what).groups()  # type: ignore[union-attr]
    return [(method, path) for method in (("GET", "POST") if methods == "any" else methods.split(", "))]
