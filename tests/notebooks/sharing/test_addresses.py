"""A grant is for an address: it waits for whoever proves to have it, and tells nobody who that is."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organization, User
from notebooks.sharing.access import NoAccess, access_notebook
from notebooks.sharing.models import Grant
from notebooks.sharing.people import people
from notebooks.sharing.roles import Role
from notebooks.sharing.services import Invitation, Terms, invite, set_shares

pytestmark = pytest.mark.django_db

NEW = "new@example.org"


@pytest.fixture
def newcomer(notebook):
    """Somebody with an account whose address was invited before, and who has not proved that it is theirs."""
    set_shares(notebook, {NEW.upper(): "editor"})
    user = User.objects.create_user(NEW, name="New")
    EmailAddress.objects.create(user=user, email=NEW, verified=False, primary=True)
    return user


def test_a_grant_waits_until_the_address_is_proved(notebook, newcomer) -> None:
    with pytest.raises(NoAccess):
        access_notebook(newcomer, notebook.pk)

    EmailAddress.objects.filter(user=newcomer).update(verified=True)

    assert access_notebook(newcomer, notebook.pk).role is Role.EDITOR


def test_p54_an_account_gets_nothing_by_an_address_that_it_only_claims(notebook, newcomer, cleo) -> None:
    EmailAddress.objects.create(user=cleo, email=NEW, verified=False)
    User.objects.filter(pk=newcomer.pk).delete()
    User.objects.filter(pk=cleo.pk).update(email=NEW)

    with pytest.raises(NoAccess):
        access_notebook(User.objects.get(pk=cleo.pk), notebook.pk)


def test_of_several_addresses_the_best_role_counts(notebook, vera) -> None:
    EmailAddress.objects.create(user=vera, email="Vera@Lab.example", verified=True)
    set_shares(notebook, {vera.email: "viewer", "vera@lab.example": "commenter"})

    assert access_notebook(vera, notebook.pk).role is Role.COMMENTER


def test_an_address_that_is_given_up_gives_nothing_any_more(notebook, bob) -> None:
    EmailAddress.objects.filter(user=bob).delete()

    with pytest.raises(NoAccess):
        access_notebook(bob, notebook.pk)


def invited(client, notebook, email):
    body = {"emails": [email], "role": "viewer", "notify": False}
    answer = client.post(f"/api/notebooks/{notebook.pk}/sharing/people", json.dumps(body), "application/json")
    shown = client.get(f"/api/notebooks/{notebook.pk}/sharing").json()["people"][-1]
    return answer.status_code, answer.content, {**shown, "id": None, "email": ""}


def test_p77_inviting_says_the_same_of_every_address(client, notebook, ada, cleo, django_assert_num_queries) -> None:
    client.force_login(ada)

    known, unknown = invited(client, notebook, cleo.email), invited(client, notebook, "nobody@example.org")

    assert known == unknown
    assert known[0] == 204 and known[2]["name"] == "" and not known[2]["has_opened"]
    terms = Terms("viewer")
    with CaptureQueriesContext(connection) as asked:
        invite(notebook, Invitation(ada, [cleo.email], terms))
    with django_assert_num_queries(len(asked)):
        invite(notebook, Invitation(ada, ["nobody2@example.org"], terms))


def test_who_has_opened_the_notebook_is_shown_by_name(client, notebook, ada, bob) -> None:
    client.force_login(bob)
    client.get(f"/notebooks/{notebook.pk}")

    shown = {named.email: (named.name, named.has_opened) for named in people(notebook, ada)}

    assert shown["bob@example.org"] == ("Bob", True)
    assert shown["vera@example.org"] == ("", False)


def test_members_of_one_organization_know_each_other(notebook, ada, vera) -> None:
    lab = Organization.objects.create(name="Lab")
    for person in (ada, vera):
        Membership.objects.create(organization=lab, user=person)

    assert [named.name for named in people(notebook, ada)] == ["Ada", "", "Vera"]


def test_inviting_the_owner_changes_nothing(notebook, ada, bob) -> None:
    invite(notebook, Invitation(bob, [ada.email], Terms("viewer")))

    assert not Grant.objects.filter(email=ada.email).exists()
    assert access_notebook(ada, notebook.pk).role is Role.OWNER


def test_whoever_is_invited_again_gets_the_new_role(notebook, ada, vera) -> None:
    invite(notebook, Invitation(ada, [f" {vera.email.title()} "], Terms("editor")))

    assert access_notebook(vera, notebook.pk).role is Role.EDITOR
    assert Grant.objects.filter(notebook=notebook).count() == 2
