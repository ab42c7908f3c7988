"""What the Share dialog asks for: by its owner, by editors as far as they may, by others not at all (P54)."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from notebooks.documents.services import create_notebook
from notebooks.sharing.access import access_notebook
from notebooks.sharing.models import Grant
from notebooks.sharing.openings import come_by_link, open_to
from notebooks.sharing.people import sharing_of
from notebooks.sharing.roles import Role
from notebooks.sharing.services import set_shares

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, notebook):
    """`ask(person, "post", "/people", {…})`: a call about the notebook's sharing."""

    def call(person, method, path, body=None):
        client.force_login(person)
        content = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(f"/api/notebooks/{notebook.pk}/sharing{path}", **content)

    return call


def grant_of(person, notebook) -> Grant:
    return Grant.objects.get(notebook=notebook, email=person.email)


def calls(notebook, vera):
    """Everything that changes how the notebook is shared, and that editors may do."""
    person = f"/people/{grant_of(vera, notebook).pk}"
    return [
        ("post", "/people", {"emails": ["new@example.org"], "role": "editor", "notify": False}),
        ("patch", person, {"role": "commenter"}),
        ("put", "/general", {"scope": "link", "role": "viewer"}),
        ("post", "/link", {}),
        ("delete", person, None),
    ]


def test_the_owner_sees_all_of_it(ask, notebook, ada, bob) -> None:
    shown = ask(ada, "get", "").json()

    assert [(row["email"], row["role"]) for row in shown["people"]] == [
        ("ada@example.org", "owner"),
        ("bob@example.org", "editor"),
        ("vera@example.org", "viewer"),
    ]
    assert (shown["may_share"], shown["scope"], shown["organization"]) == (True, "restricted", None)
    assert shown["link"].endswith(f"/notebooks/{notebook.pk}")


def test_viewers_see_whose_it_is_and_not_who_else_is_there(ask, vera) -> None:
    shown = ask(vera, "get", "").json()

    assert (shown["owner"], shown["people"], shown["may_share"], shown["role"]) == ("Ada", [], False, "viewer")
    assert "@" not in json.dumps(shown)


def test_editors_share_as_the_owner_does(ask, notebook, bob, vera) -> None:
    assert [ask(bob, *call).status_code for call in calls(notebook, vera)] == [204] * 5

    assert not Grant.objects.filter(email=vera.email).exists()
    assert grant_of(type(bob)(email="new@example.org"), notebook).by == bob


@pytest.mark.parametrize("why", ["the owner forbids it", "only for a time", "by the link", "a commenter", "a viewer"])
def test_p54_others_do_not_share(ask, notebook, ada, bob, vera, why) -> None:
    changes = calls(notebook, vera)
    open_to(notebook, "link", "editor" if why == "by the link" else "viewer")
    if why == "the owner forbids it":
        assert ask(ada, "patch", "", {"may_editors_share": False}).status_code == 204
    elif why == "only for a time":
        Grant.objects.filter(email=bob.email).update(expires_at=timezone.now() + timedelta(days=1))
    elif why == "by the link":
        set_shares(notebook, {vera.email: "viewer"})
        come_by_link(bob, notebook.pk, sharing_of(notebook).key)
        assert access_notebook(bob, notebook.pk).role is Role.EDITOR
    else:
        set_shares(notebook, {vera.email: "viewer", bob.email: why.split()[1]})
    before = list(Grant.objects.order_by("pk").values("email", "role"))

    assert {ask(bob, *call).status_code for call in changes} <= {403, 404}

    assert list(Grant.objects.order_by("pk").values("email", "role")) == before
    assert ask(ada, "get", "").json()["scope"] == "link"


def test_p54_what_is_the_owners_alone(ask, notebook, bob, vera) -> None:
    Grant.objects.update(opened_at=timezone.now())
    owners = [
        ("patch", "", {"may_editors_share": False}),
        ("delete", "", None),
        ("post", "/owner", {"person": grant_of(bob, notebook).pk}),
    ]

    assert [ask(bob, *call).status_code for call in owners] == [403] * 3

    notebook.refresh_from_db()
    assert notebook.owner.name == "Ada"


@pytest.mark.parametrize("role", ["owner", "none", "admin", ""])
def test_p54_nobody_gives_more_than_editing(ask, notebook, bob, vera, role) -> None:
    invited = ask(bob, "post", "/people", {"emails": ["new@example.org"], "role": role})
    changed = ask(bob, "patch", f"/people/{grant_of(vera, notebook).pk}", {"role": role})
    opened = ask(bob, "put", "/general", {"scope": "link", "role": role})

    assert [invited.status_code, changed.status_code, opened.status_code] == [422] * 3
    assert grant_of(vera, notebook).role == "viewer"


def test_p57_a_grant_of_another_notebook_is_not_there(ask, notebook, ada, bob) -> None:
    other = create_notebook(bob)
    set_shares(other, {"vera@example.org": "viewer"})
    theirs = Grant.objects.get(notebook=other).pk

    assert ask(ada, "patch", f"/people/{theirs}", {"role": "editor"}).status_code == 404
    assert ask(ada, "delete", f"/people/{theirs}").status_code == 404
    assert ask(ada, "post", "/owner", {"person": theirs}).status_code == 404
    assert Grant.objects.get(pk=theirs).role == "viewer"


def test_p68_invitations_are_limited_for_each_person(ask, notebook, ada, bob, settings) -> None:
    settings.TOMONI_INVITATIONS_PER_HOUR = 3
    two = {"emails": ["x@example.org", "y@example.org"], "role": "viewer", "notify": False}
    one = {**two, "emails": ["z@example.org"]}

    answers = [ask(ada, "post", "/people", body) for body in (two, two, one, one)]

    assert [answer.status_code for answer in answers] == [204, 429, 204, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0 and answers[-1].json()["code"] == "too-often"
    assert ask(bob, "post", "/people", one).status_code == 204


def test_a_mistake_in_one_address_invites_nobody(ask, notebook, ada) -> None:
    answer = ask(ada, "post", "/people", {"emails": ["x@example.org", "y@"], "role": "viewer"})

    assert answer.status_code == 422 and "“y@”" in answer.json()["message"]
    assert Grant.objects.count() == 2


def test_stopping_leaves_the_notebook_to_its_owner_alone(ask, notebook, ada, bob) -> None:
    open_to(notebook, "link", "viewer")
    assert ask(ada, "delete", "").status_code == 204

    shown = ask(ada, "get", "").json()
    assert ([row["role"] for row in shown["people"]], shown["scope"]) == (["owner"], "restricted")
    assert ask(bob, "get", "").status_code == 404


def test_the_owner_gives_the_notebook_to_somebody_who_has_opened_it(ask, client, notebook, ada, bob) -> None:
    body = {"person": grant_of(bob, notebook).pk}
    assert ask(ada, "post", "/owner", body).status_code == 422  # whether Bob exists is not told
    client.force_login(bob)
    client.get(f"/notebooks/{notebook.pk}")

    assert ask(ada, "post", "/owner", body).status_code == 204

    roles = {person.name: access_notebook(person, notebook.pk).role for person in (ada, bob)}
    assert roles == {"Ada": Role.EDITOR, "Bob": Role.OWNER}
    shown = [(row["name"], row["role"]) for row in ask(bob, "get", "").json()["people"]]
    assert shown == [("Bob", "owner"), ("", "viewer"), ("Ada", "editor")]
    assert ask(ada, "post", "/owner", body).status_code in {403, 404}
