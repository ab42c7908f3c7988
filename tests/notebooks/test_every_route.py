"""P57: every address that names a notebook or something of it, tried by everyone: what a role may not, nobody may."""

import json
import re
import uuid
from itertools import dropwhile
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from accounts.models import Group, Membership, Organization, User
from notebooks.collaboration import ydoc
from notebooks.comments.services import Place, begin_thread
from notebooks.documents import services
from notebooks.history.models import Revision
from notebooks.sharing.models import Grant, GroupGrant
from notebooks.sharing.openings import open_to
from notebooks.sharing.roles import Role
from notebooks.sharing.services import set_shares
from runtimes.allocation.services import request_runtime
from tests.notebooks.documents.files import code, file_of, stream
from tests.testctl.routes import all_routes

pytestmark = pytest.mark.django_db

COMMENTS = "/api/notebooks/<uuid:notebook_id>/comments"
BODIES: dict[str, Any] = {
    f"POST {COMMENTS}": {"cell": "c", "text": "New"},
    f"POST {COMMENTS}/<uuid:thread_id>": {"text": "New"},
    f"PATCH {COMMENTS}/<uuid:thread_id>": {"resolved": True},
    f"PATCH {COMMENTS}/<uuid:thread_id>/<uuid:comment_id>": {"text": "New"},
    "PATCH /api/notebooks/<uuid:notebook_id>": {"name": "New"},
    "PUT /api/notebooks/<uuid:notebook_id>/shares": [],
    "PUT /api/notebooks/<uuid:notebook_id>/drive": {"granted": True},
    "PUT /api/notebooks/<uuid:notebook_id>/secrets": {"name": "KEY", "value": "secret-value"},
    "POST /api/notebooks/<uuid:notebook_id>/secrets/value": {"name": "KEY"},
    "POST /api/notebooks/<uuid:notebook_id>/revisions": {"name": "Pinned"},
    "PATCH /api/notebooks/<uuid:notebook_id>/revisions/<int:revision_id>": {"name": "Named"},
    "POST /api/notebooks/<uuid:notebook_id>/revisions/<int:revision_id>/restorations": {"cells": None},
    "PATCH /api/notebooks/<uuid:notebook_id>/sharing": {"may_editors_share": True},
    "POST /api/notebooks/<uuid:notebook_id>/sharing/people": {"emails": ["new@example.org"], "role": "viewer"},
    "PATCH /api/notebooks/<uuid:notebook_id>/sharing/people/<int:person>": {"role": "commenter"},
    "POST /api/notebooks/<uuid:notebook_id>/sharing/groups": {"group": "<int:group>", "role": "viewer"},
    "PATCH /api/notebooks/<uuid:notebook_id>/sharing/groups/<int:group_grant>": {"role": "commenter"},
    "PUT /api/notebooks/<uuid:notebook_id>/sharing/general": {"scope": "restricted"},
    "POST /api/notebooks/<uuid:notebook_id>/sharing/link": {},
    "POST /api/notebooks/<uuid:notebook_id>/sharing/owner": {"person": "<int:person>"},
    "POST /notebooks/<uuid:notebook_id>/rename": {"name": "New"},
    "POST /notebooks/<uuid:notebook_id>/hand-out": {"emails": "pupil@example.org"},
}
PEOPLE = ("ada", "bob", "vera", "cleo", "nobody")
ROLES = dict(zip(PEOPLE, (Role.OWNER, Role.EDITOR, Role.VIEWER, Role.NONE, Role.NONE), strict=True))


def notebook_routes() -> list[Any]:
    routes = [route for route in all_routes() if "<uuid:notebook_id>" in route["path"]]
    return [
        pytest.param(method, route["path"], Role(route["role"]), id=f"{method} {route['path']}")
        for route in routes
        for method in route["methods"]
        if method not in {"HEAD", "OPTIONS", "WEBSOCKET"} and not route["path"].endswith("/restore")
    ]


@pytest.fixture
def secret(notebook, ada):
    """Ada's notebook with a text that must not leak, and the addresses' other parts."""
    raw = file_of(code("secret-source", stream("secret-output")), nbformat_minor=4)
    imported = services.import_notebook(ada, "secret-name.ipynb", raw)
    set_shares(imported, {"bob@example.org": "editor", "vera@example.org": "viewer"})
    imported.grants.update(opened_at=Now())
    open_to(imported, "link")
    return imported


def call(client, method, path, notebook) -> Any:
    grant = group_grant_of(notebook)
    execution = ydoc.runs_shown(services.read_committed(notebook))[0]
    parts = {
        "notebook_id": notebook.pk,
        "execution": execution,
        "sha256": "0" * 64,
        "person": (person := Grant.objects.get(notebook=notebook, email="vera@example.org").pk),
        "group_grant": grant.pk,
        "revision_id": Revision.objects.filter(notebook=notebook).values_list("pk", flat=True)[0],
    } | comment_of(client, notebook)
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(parts[found[1]]), path)
    body = BODIES.get(f"{method} {path}")
    if body == {"person": "<int:person>"}:
        body = {"person": person}
    if body == {"group": "<int:group>", "role": "viewer"}:
        body = {"group": grant.group_id, "role": "viewer"}
    if body is None or not path.startswith("/api/"):
        return client.generic(method, address) if body is None else client.post(address, body)
    return client.generic(method, address, json.dumps(body), content_type="application/json")


def group_grant_of(notebook) -> GroupGrant:
    """A group in which nobody is, of an organization of the owner and of the editor; the notebook is shared with it."""
    team, _made = Organization.objects.get_or_create(name="Team")
    for member in (notebook.owner, User.objects.get(email="bob@example.org")):
        Membership.objects.get_or_create(organization=team, user=member)
    group, _made = Group.objects.get_or_create(organization=team, name="Everybody")
    return GroupGrant.objects.get_or_create(notebook=notebook, group=group, defaults={"role": "viewer"})[0]


def comment_of(client, notebook) -> dict[str, Any]:
    """A thread of the caller's, since nobody may change what others wrote; of its owner's for who is nobody."""
    author = User.objects.filter(pk=client.session.get(SESSION_KEY)).first() or notebook.owner
    thread = begin_thread(notebook, author, Place("c"), "secret-comment", uuid.uuid4(), uuid.uuid4())
    return {"thread_id": thread.pk, "comment_id": thread.comments.get().pk}


def behind_the_door(path: str) -> int | None:
    """What those are told who may look where there is nothing: no such part of an output, no machine."""
    return next((status for part, status in {"/blobs/": 404, "/machine/": 409}.items() if part in path), None)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("method", "path", "least"), notebook_routes())
def test_p57_only_those_with_the_role_get_in(request, secret, method, path, least, person) -> None:
    client = Client()
    if person != "nobody":
        client.force_login(request.getfixturevalue(person))

    response = call(client, method, path, secret)

    if ROLES[person] >= least:
        assert response.status_code == behind_the_door(path) or response.status_code < 400
        return
    if person == "nobody":
        assert response.status_code in {302, 401}
    else:
        assert response.status_code in ({404} if ROLES[person] is Role.NONE else {403, 404})
    assert b"secret" not in b"".join(response) if response.streaming else b"secret" not in response.content


@pytest.mark.parametrize(("method", "path", "least"), notebook_routes())
def test_p57_a_stranger_is_answered_as_if_there_were_nothing(secret, cleo, method, path, least) -> None:
    client = Client()
    client.force_login(cleo)
    refused = call(client, method, path, secret)
    missing = client.generic(method, refused.wsgi_request.path.replace(str(secret.pk), str(uuid.uuid4())))

    assert refused.status_code == missing.status_code == 404
    changing = re.compile(rb"[0-9a-f]{8}|[0-9a-zA-Z]{64}")  # support ids, parts of addresses, CSRF tokens
    assert changing.sub(b"", refused.content) == changing.sub(b"", missing.content)


def test_p77_saying_no_to_a_stranger_takes_the_same_work_as_saying_that_there_is_nothing(secret, cleo) -> None:
    """Time follows work, and the work is what the database is asked: the same, word for word but for the ids."""
    client = Client()
    client.force_login(cleo)
    for method, path, _ in (route.values for route in notebook_routes()):
        address = call(client, method, path, secret).wsgi_request.path
        with CaptureQueriesContext(connection) as hidden:
            client.generic(method, address)
        with CaptureQueriesContext(connection) as missing:
            client.generic(method, address.replace(str(secret.pk), str(uuid.uuid4())))
        assert statements(hidden) == statements(missing) != [], (method, path)


def statements(queries: CaptureQueriesContext) -> list[str]:
    """What was asked from the session on, without the values: ids and times."""
    asked = [re.sub(r"'[^']*'(::\w+)?|\b\d+\b", "?", query["sql"]) for query in queries.captured_queries]
    return list(dropwhile(lambda statement: "django_session" not in statement, asked))


def test_p57_a_runtime_of_another_is_not_there(client, ada, bob, notebook) -> None:
    runtime = request_runtime(ada, str(notebook.pk))
    client.force_login(bob)

    assert client.delete(f"/api/runtimes/{runtime.pk}").status_code == 404
    assert client.get(f"/api/runtimes/{runtime.pk}/log").status_code == 404
    assert client.get("/api/runtimes").json() == []
    runtime.refresh_from_db()
    assert runtime.state == "requested"


def test_p57_a_stranger_gets_no_runtime_and_a_viewer_is_told_why(client, vera, cleo, notebook) -> None:
    statuses = []
    for person in (vera, cleo):
        client.force_login(person)
        body = json.dumps({"notebook": str(notebook.pk)})
        statuses.append(client.post("/api/runtimes", body, content_type="application/json").status_code)

    assert statuses == [403, 404]


def test_only_the_owner_can_restore(client, bob, ada, notebook) -> None:
    services.trash_notebook(notebook)
    client.force_login(bob)
    assert client.post(f"/api/notebooks/{notebook.pk}/restore").status_code == 404
    client.force_login(ada)
    assert client.post(f"/api/notebooks/{notebook.pk}/restore").status_code == 200


def test_tc4_every_address_is_in_the_list_of_routes() -> None:
    listed = {route["path"] for route in all_routes()}

    def walk(resolver: Any, prefix: str) -> Any:
        for pattern in resolver.url_patterns:
            path = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, path)
            else:
                yield path.replace("<uuidstr:", "<uuid:")

    assert set(walk(get_resolver(), "/")) - listed == set()
    assert {"/ws/notebooks/<uuid:notebook>", "/ws/runtimes/<uuid:audience>", "/ws/agent"} <= listed
    assert {"/ws/runtimes/<uuid:audience>/streams", "/ws/agent/streams/<str:ticket>"} <= listed


def test_tc4_every_route_says_who_may_use_it() -> None:
    roles = {*(role.value for role in Role), "public", "signed-in", "staff", "agent-token"}

    assert [route for route in all_routes() if route["role"] not in roles or not route["methods"]] == []


def test_who_has_not_signed_in_sees_what_is_public_and_nothing_else() -> None:
    client = Client()
    for route in all_routes():
        if "<" in route["path"] or "?P" in route["path"] or route["path"].startswith("/ws/"):
            continue
        if route["role"] != "public":
            response = client.get(route["path"])
            assert response.status_code in {302, 401, 405}, route
            assert response.status_code != 302 or "/login/" in response.headers["Location"], route
