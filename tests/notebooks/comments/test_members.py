"""Whom one may mention: nobody learns from a comment who has an account, nor addresses by a link alone."""

import pytest
from django.db.models.functions import Now

from accounts.models import Membership, Organization
from notebooks.comments.models import Letter
from notebooks.sharing.members import known_members, members
from notebooks.sharing.models import Grant, Visit
from notebooks.sharing.openings import come_by_link, open_to
from notebooks.sharing.people import sharing_of

pytestmark = pytest.mark.django_db


def names(people) -> list[str]:
    return [person.name for person in people]


def test_who_has_not_opened_the_notebook_gets_a_letter_and_stays_an_address(calls, notebook, ada, bob) -> None:
    Grant.objects.filter(email=bob.email).update(opened_at=None)

    assert calls(ada).begin("@bob@example.org").json()["comments"][0]["mentions"] == []
    assert names(known_members(notebook, ada)) == ["Ada", "Cora", "Vera"]
    assert [letter.person.name for letter in Letter.objects.untold()] == ["Bob"]


def test_a_grant_that_has_ended_makes_no_member(notebook, bob) -> None:
    Grant.objects.filter(email=bob.email).update(expires_at=Now())

    assert names(members(notebook)) == ["Ada", "Cora", "Vera"]


def test_who_came_by_a_link_is_not_listed_and_lists_nobody(calls, notebook, ada, cleo) -> None:
    open_to(notebook, "link", "commenter")
    come_by_link(cleo, notebook.pk, sharing_of(notebook).key)

    assert "Cleo" not in names(members(notebook))
    assert calls(cleo).client.get(f"{calls().address}/people").json() == []
    assert calls(cleo).begin("@bob@example.org").json()["comments"][0]["mentions"] == []


def test_colleagues_are_listed_once_they_have_opened_it(notebook, ada, bob, cleo) -> None:
    lab = Organization.objects.create(name="Lab")
    for person in (ada, cleo):
        Membership.objects.create(organization=lab, user=person)
    open_to(notebook, "organization", "commenter", lab.pk)
    assert "Cleo" not in names(members(notebook))

    Visit.objects.create(notebook=notebook, user=cleo)
    assert names(known_members(notebook, cleo)) == ["Ada", "Bob", "Cleo", "Cora", "Vera"]
