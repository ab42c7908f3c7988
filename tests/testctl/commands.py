"""The commands: each takes words and answers with one JSON value."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F
from django.utils import timezone

from accounts.freshness import SIGNED_IN_AT
from accounts.models import AccessToken, Membership, Organization, User
from notebooks.collaboration import store, ydoc
from notebooks.collaboration.models import Document
from notebooks.documents import services
from notebooks.documents.cells import BadNotebook
from notebooks.documents.ipynb import read_ipynb
from notebooks.documents.models import Notebook
from notebooks.sharing.models import Grant
from notebooks.sharing.openings import address_of, open_to
from notebooks.sharing.people import people, sharing_of
from notebooks.sharing.services import CannotShare, Invitation, Terms, invite, remove_grant
from runtimes.allocation.models import PoolBox, Runtime, RuntimeType
from runtimes.execution.services import results
from runtimes.userdata.drives import grant
from tests.testctl.routes import all_routes

REFUSALS = (BadNotebook, CannotShare, ObjectDoesNotExist, OSError)


def ps(_: argparse.Namespace) -> Any:
    """Role → process ids of the running installation."""
    return json.loads((settings.TOMONI_HOME / "run" / "processes.json").read_text())


def user(words: argparse.Namespace) -> Any:
    """Make a person with a verified address, or change the one there is."""
    found = User.objects.filter(email__iexact=words.email).first()
    person = found or User.objects.create_user(words.email)
    if words.name:
        person.name = words.name
    if words.staff:
        person.is_staff = person.is_superuser = True
    if words.password:
        person.set_password(words.password)
    person.save()
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    return {"id": person.pk, "email": person.email, "created": found is None}


def org(words: argparse.Namespace) -> Any:
    """Make an organization with these members."""
    made = Organization.objects.create(name=words.name)
    for role, emails in ((Membership.Role.MEMBER, words.member), (Membership.Role.ADMIN, words.admin)):
        for email in emails:
            Membership.objects.create(organization=made, user=_person(email), role=role.value)
    return {"id": made.pk, "name": made.name}


def session(words: argparse.Namespace) -> Any:
    """Sign a person in: the name and value of the cookie."""
    person = _person(words.email)
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store[SIGNED_IN_AT] = time.time()
    store.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": store.session_key}


def token(words: argparse.Namespace) -> Any:
    """Issue an access token."""
    issued, secret = AccessToken.objects.issue(_person(words.email), "testctl")
    return {"id": issued.pk, "token": secret}


def notebook(words: argparse.Namespace) -> Any:
    """Make a notebook, empty or from a file."""
    owner = _person(words.email)
    if words.file:
        made = services.import_notebook(owner, words.file.name, words.file.read_bytes())
    else:
        made = services.create_notebook(owner, words.name)
    return {"id": str(made.pk), "name": made.name, "notices": services.import_notices(made)}


def share(words: argparse.Namespace) -> Any:
    """Give an address a role in a notebook, for good or for some seconds; or `none`."""
    shared = Notebook.objects.get(pk=words.notebook)
    if words.role == "none":
        remove_grant(shared, Grant.objects.get(notebook=shared, email=words.email.lower()).pk)
    else:
        expires = timezone.now() + timedelta(seconds=words.expires) if words.expires else None
        invite(shared, Invitation(shared.owner, [words.email], Terms(words.role, expires)))
    return [
        {"email": row.email, "name": row.name, "role": row.role, "expires": row.expires and row.expires.isoformat()}
        for row in people(shared, shared.owner)
    ]


def drive(words: argparse.Namespace) -> Any:
    """Let code in a notebook have its owner's drive."""
    granting = Notebook.objects.get(pk=words.notebook)
    grant(granting.owner, str(granting.pk))
    return {"granted": True}


def general(words: argparse.Namespace) -> Any:
    """Open a notebook to `organization`, to whoever has its `link`, or to nobody else (`restricted`)."""
    shared = Notebook.objects.get(pk=words.notebook)
    open_to(shared, words.scope, words.role, words.organization)
    return {"scope": words.scope, "role": words.role, "link": address_of(shared, sharing_of(shared))}


def replace(words: argparse.Namespace) -> Any:
    """Put a document with another history in a notebook's place, as restoring a backup does: the next epoch."""
    read = read_ipynb(Path(words.file).read_bytes())
    cells = [ydoc.SeedCell(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in read.cells]
    found = Document.objects.filter(pk=words.notebook)
    update = ydoc.seed_update(read.metadata, cells)
    found.update(epoch=F("epoch") + 1, snapshot=update, snapshot_sequence=F("sequence"))
    return {"epoch": found.get().epoch}


def dump(words: argparse.Namespace) -> Any:
    """What PostgreSQL has of a notebook: the committed document, and every execution with its outputs."""
    found = Notebook.objects.get(pk=words.notebook)
    stored = store.load(found.pk)
    document = ydoc.read_document(ydoc.open_document(stored.update))
    return {
        "id": str(found.pk),
        "name": found.name,
        "owner": found.owner.email,
        "epoch": stored.epoch,
        "sequence": stored.sequence,
        "metadata": document.metadata,
        "cells": [_cell(cell) for cell in document.cells],
        "executions": results(str(found.pk)),
    }


def pool(_: argparse.Namespace) -> Any:
    """The boxes of the warm pool, and the state of each."""
    return {str(name): state for name, state in PoolBox.objects.values_list("pk", "state")}


def kind(words: argparse.Namespace) -> Any:
    """Offer a type of runtime."""
    values = {"name": words.name or words.slug, "memory_bytes": words.memory * 2**20, "position": 1}
    made, _ = RuntimeType.objects.update_or_create(slug=words.slug, defaults=values)
    return {"slug": made.slug, "name": made.name}


def elapse(words: argparse.Namespace) -> Any:
    """Let seconds pass for a runtime: one of its times moves into the past."""
    found = Runtime.objects.filter(pk=words.runtime)
    return {"rows": found.update(**{words.field: F(words.field) - timedelta(seconds=words.seconds)})}


def routes(_: argparse.Namespace) -> Any:
    """Every address, its methods, and who may use it."""
    return all_routes()


def main(words: Sequence[str]) -> int:
    chosen = _parser().parse_args([word for word in words if word != "--json"])
    try:
        answer = chosen.command(chosen)
    except REFUSALS as problem:
        print(f"testctl: {problem}", file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.testctl", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def add(command: Any, *names: str) -> argparse.ArgumentParser:
        made = commands.add_parser(command.__name__, help=command.__doc__)
        made.set_defaults(command=command)
        for name in names:
            made.add_argument(name, type=UUID if name == "notebook" else str)
        return made

    add(ps)
    add(dump, "notebook")
    add(replace, "notebook", "file")
    add(drive, "notebook")
    add(pool)
    add(routes)
    offered = add(kind, "slug")
    offered.add_argument("--name")
    offered.add_argument("--memory", type=int, default=512, metavar="MIB")
    waited = add(elapse, "runtime", "field")
    waited.add_argument("seconds", type=float)
    add(session, "email")
    add(token, "email")
    shared = add(share, "notebook", "email", "role")
    shared.add_argument("--expires", type=float, metavar="SECONDS")
    opened = add(general, "notebook", "scope")
    opened.add_argument("--role", default="viewer")
    opened.add_argument("--organization", type=int, metavar="ID")
    person = add(user, "email")
    person.add_argument("--name")
    person.add_argument("--staff", action="store_true")
    person.add_argument("--password")
    organization = add(org, "name")
    organization.add_argument("--member", action="append", default=[], metavar="EMAIL")
    organization.add_argument("--admin", action="append", default=[], metavar="EMAIL")
    made = add(notebook, "email")
    made.add_argument("--file", type=Path)
    made.add_argument("--name")
    return parser


def _person(email: str) -> User:
    return User.objects.get(email__iexact=email)


def _cell(cell: ydoc.CellValue) -> dict[str, Any]:
    return {
        "id": cell.id,
        "cell_type": cell.cell_type,
        "source": cell.source,
        "metadata": cell.metadata,
        "attachments": cell.attachments,
        "execution": cell.execution,
    }
