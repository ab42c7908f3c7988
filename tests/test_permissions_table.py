"""docs/permissions.md is true: each address and method, tried by each of its people; none is missing."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts.joining import make_link
from accounts.models import Domain, Group, Membership, Organization, User
from dashboard.models import Announcement
from feedback.models import Feedback, Screenshot
from notebooks.documents.services import trash_notebook
from runtimes.allocation.models import AbuseFlag, Host
from runtimes.allocation.services import request_runtime
from tests.notebooks.collaboration.pages import session_of
from tests.notebooks.test_every_route import behind_the_door, call
from tests.permissions import calls, cast, suspend, tables
from tests.testctl.routes import all_routes

pytestmark = pytest.mark.django_db

EVERY_METHOD = 7
BELOW_ADMIN = "/admin/…"
NOT_WALKED = {"HEAD", "OPTIONS", "WEBSOCKET"}
SAMPLES = {
    "/accounts/^confirm-email/(?P<key>[-:\\w]+)/$": "/accounts/confirm-email/x/",
    "/accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "/accounts/password/reset/key/1-x/",
    "/accounts/oidc/^(?P<provider_id>[^/]+)/login/": "/accounts/oidc/school/login/",
    "/accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": "/accounts/oidc/school/login/callback/",
    "/admin/^(?P<app_label>auth|account|socialaccount|accounts)/$": "/admin/accounts/",
    "/admin/(?P<url>.*)$": "/admin/nothing",
    "/notebooks/<example:name>.ipynb": "/notebooks/welcome.ipynb",
}


def routes() -> Iterator[tuple[str, str]]:
    """Each method with the path that it is for; of a view that takes any method, reading and writing."""
    for route in all_routes():
        methods = ("GET", "POST") if len(route["methods"]) == EVERY_METHOD else route["methods"]
        yield from ((method, route["path"]) for method in methods if method not in NOT_WALKED)


def row_name(method: str, path: str) -> str:
    is_below = path.startswith("/admin/") and f"{method} {path}" not in calls()
    return f"{method} {BELOW_ADMIN if is_below else path}"


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert {row_name(*route) for route in routes()} ^ calls().keys() == set()


def test_every_socket_has_a_table() -> None:
    sockets = {route["path"].split("<")[0].rstrip("/") for route in all_routes() if "WEBSOCKET" in route["methods"]}
    assert {socket for socket in sockets if not any(socket in heading for heading in tables())} == set()


def outcome(response: Any) -> str:
    """What the table calls this answer."""
    if response.status_code == 401:
        return "sign in"
    if response.status_code in {301, 302} and "/login/?next=" in response.headers["Location"]:
        return "sign in"
    return {403: "403", 404: "404"}.get(response.status_code, "yes")


def address_of(path: str) -> str:
    return SAMPLES.get(path) or re.sub(r"<(?:\w+:)?\w+>", "1", path)


class Walk:
    """The same call by each person; whatever it does is undone before the next."""

    def __init__(self) -> None:
        self.notebook, self.people = cast()
        owner = self.people["owner"]
        assert owner
        self.runtime = request_runtime(owner, str(self.notebook.pk))
        figures = {"places": 1, "memory": 1, "memory_free": 1, "memory_reserved": 0, "processors": 1, "load": 0}
        self.host = Host.objects.create(name="1", **figures)
        AbuseFlag.objects.create(pk=1, runtime=self.runtime, owner=owner, kind="mining", evidence="xmrig")
        self.announcement = Announcement.objects.create(text_en="Hello")
        viewer = self.people["viewer"]
        assert viewer
        self.viewer = viewer
        self.message = Feedback.objects.create(pk=1, kind="bug", text="It is broken.", sender=owner)
        Screenshot.objects.create(feedback=self.message, picture=b"drawn", mime="image/png")
        self.organization = parts_of_the_lab(viewer, owner) | {"runtime_id": self.runtime.pk}
        self.cookies = {who: session_of(user) for who, user in self.people.items() if user}
        suspend(self.people)

    def ask(self, who: str, method: str, path: str) -> Any:
        client = Client()
        if who in self.cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[who]
        with transaction.atomic():
            response = self._ask(client, method, path)
            transaction.set_rollback(True)
        return response

    def _ask(self, client: Client, method: str, path: str) -> Any:
        if path.endswith("/restore"):
            trash_notebook(self.notebook)
        if path == "/api/runtimes" and method == "POST":
            return client.post(path, json.dumps({"notebook": str(self.notebook.pk)}), "application/json")
        if path.startswith("/dashboard/people/<int:person_id>"):
            return client.generic(method, path.replace("<int:person_id>", str(self.viewer.pk)))
        if path.startswith("/organizations/"):
            parts = self.organization | ({"membership": self.organization["own"]} if "/leave/" in path else {})
            return client.generic(method, re.sub(r"<\w+:(\w+)>", lambda found: str(parts[found[1]]), path))
        if path == "/dashboard/announcements/<int:announcement_id>/end":
            return client.post(f"/dashboard/announcements/{self.announcement.pk}/end")
        if path == "/dashboard/runtimes/<uuid:runtime_id>/end":
            return client.post(f"/dashboard/runtimes/{self.runtime.pk}/end")
        if path.startswith("/dashboard/notebooks/<uuid:identity>"):
            return client.generic(method, path.replace("<uuid:identity>", str(self.notebook.pk)))
        if path == "/api/runtimes/<uuid:runtime_id>":
            return client.delete(f"/api/runtimes/{self.runtime.pk}")
        if path == "/api/runtimes/<uuid:runtime_id>/log":
            return client.get(f"/api/runtimes/{self.runtime.pk}/log")
        if "<uuid:notebook_id>" in path:
            return call(client, method, path, self.notebook)
        return client.generic(method, address_of(path))


def parts_of_the_lab(member: User, owner: User) -> dict[str, Any]:
    """The owner's organization, somebody in it, and what its administrators look after."""
    lab = Organization.objects.get(name="Lab")
    return {
        "slug": lab.slug,
        "secret": "wrong",
        "membership": Membership.objects.create(organization=lab, user=member).pk,
        "own": Membership.objects.get(organization=lab, user=owner).pk,
        "invitation": make_link(lab, owner)[0].pk,
        "domain": Domain.objects.create(organization=lab, name="lab.example", digest="x").pk,
        "group": Group.objects.create(organization=lab, name="Team").pk,
    }


def found(walk: Walk, who: str, method: str, path: str) -> str:
    response = walk.ask(who, method, path)
    body = b"" if response.streaming else response.content
    if "/blobs/" in path and response.status_code == 404 and b"There is no such notebook" not in body:
        return "yes"  # the door was passed, and behind it is no such part
    if response.status_code == 409 == behind_the_door(path):
        return "yes"
    said = outcome(response)
    if "notebook_id" in path:
        assert said != "yes" or response.status_code < 400, (method, path, who, body)
        assert said == "yes" or b"secret" not in body, (method, path, who)
    return said


def differences(paths: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """Where the table says one thing and the platform does another: (the table, the platform)."""
    walk = Walk()
    wrong: dict[str, dict[str, str]] = {}
    for method, path in paths:
        for who, expected in calls()[row_name(method, path)].items():
            said = found(walk, who, method, path)
            is_empty = BELOW_ADMIN in row_name(method, path) and (who, said) == ("site admin", "404")
            if said != expected and not is_empty:
                wrong.setdefault(f"{method} {path}", {})[who] = f"{expected}, not {said}"
    return wrong


def test_p54_p57_the_table_is_true_of_notebooks() -> None:
    assert differences([route for route in routes() if "notebook_id" in route[1] or "/runtimes" in route[1]]) == {}


def test_p69_the_table_is_true_of_everything_else() -> None:
    others = [route for route in routes() if "notebook_id" not in route[1] and "/runtimes" not in route[1]]
    assert differences(others) == {}


def test_a_wrong_row_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    row = calls()["GET /notebooks/<uuid:notebook_id>"]
    monkeypatch.setitem(row, "viewer", "404")
    assert User.objects.count() == 0
    assert "viewer" in next(iter(differences([("GET", "/notebooks/<uuid:notebook_id>")]).values()), {})
