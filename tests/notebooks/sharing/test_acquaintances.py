"""Whom the Share dialog offers: colleagues and people of before, and nothing that one does not know already."""

import pytest
from django.utils import timezone

from accounts.models import Membership, Organization, User
from notebooks.documents.services import create_notebook
from notebooks.sharing.acquaintances import acquaintances
from notebooks.sharing.models import Grant
from notebooks.sharing.services import Invitation, Terms, invite
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(ada):
    """A notebook of Ada's that nobody else has."""
    return create_notebook(ada)


@pytest.fixture
def lab(ada):
    """Ada's organization, with two colleagues."""
    lab = Organization.objects.create(name="Lab")
    for member in (ada, person("Dora"), person("Dirk")):
        Membership.objects.create(organization=lab, user=member, role=Membership.Role.MEMBER.value)
    return lab


def offered(viewer, start, notebook):
    return [(one.email, one.name) for one in acquaintances(viewer, start, notebook)]


def test_colleagues_are_offered_by_name_and_by_address(empty, lab, ada) -> None:
    User.objects.filter(email="dora@example.org").update(name="Maria Dora")

    assert offered(ada, "do", empty) == [("dora@example.org", "Maria Dora")]
    assert [email for email, _ in offered(ada, "D", empty)] == ["dirk@example.org", "dora@example.org"]
    assert offered(ada, "ora", empty) == [] and offered(ada, "", empty) == []


def test_members_of_other_organizations_and_strangers_are_not(empty, lab, ada, cleo) -> None:
    other = Organization.objects.create(name="Other")
    Membership.objects.create(organization=other, user=cleo, role=Membership.Role.MEMBER.value)

    assert offered(ada, "c", empty) == []
    assert offered(cleo, "d", create_notebook(cleo)) == []


def test_who_was_shared_with_before_is_offered_and_named_once_they_came(empty, ada, bob) -> None:
    first = create_notebook(ada)
    invite(first, Invitation(ada, [bob.email, "bella@example.org"], Terms("viewer")))
    assert offered(ada, "b", empty) == [("bella@example.org", ""), ("bob@example.org", "")]

    Grant.objects.filter(email=bob.email).update(opened_at=timezone.now())
    assert offered(ada, "b", empty) == [("bella@example.org", ""), ("bob@example.org", "Bob")]


def test_who_somebody_else_shared_with_is_not(empty, ada, bob, cleo) -> None:
    invite(create_notebook(bob), Invitation(bob, [cleo.email], Terms("viewer")))

    assert offered(ada, "c", empty) == []


def test_who_has_a_role_already_is_not(empty, lab, ada) -> None:
    invite(empty, Invitation(ada, ["dora@example.org"], Terms("viewer")))

    assert offered(ada, "d", empty) == [("dirk@example.org", "Dirk")]
    assert offered(ada, "a", empty) == []


def test_signs_that_a_search_knows_stay_signs(empty, lab, ada) -> None:
    assert offered(ada, "%", empty) == offered(ada, "_", empty) == []


def test_who_may_not_share_is_not_answered(client, notebook, ada, vera) -> None:
    client.force_login(vera)
    assert client.get(f"/api/notebooks/{notebook.pk}/sharing/known?start=a").status_code == 403
