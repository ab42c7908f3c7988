"""Open to an organization: to its members, as long as they and the owner belong to it (P97)."""

import pytest

from accounts.models import Membership, Organization
from notebooks.sharing.access import NoAccess, access_notebook, visible_notebooks
from notebooks.sharing.models import Sharing
from notebooks.sharing.openings import open_to
from notebooks.sharing.people import may_share, sharing_of, summary
from notebooks.sharing.roles import Role
from notebooks.sharing.services import CannotShare, let_editors_share

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(ada, cleo, notebook):
    """Ada's and Cleo's organization, to which Ada has opened her notebook for editing."""
    lab = Organization.objects.create(name="Lab")
    for person in (ada, cleo):
        Membership.objects.create(organization=lab, user=person)
    open_to(notebook, "organization", "editor", lab.pk)
    return lab


def role_of(person, notebook) -> Role:
    try:
        return access_notebook(person, notebook.pk).role
    except NoAccess:
        return Role.NONE


def test_members_have_the_role_and_others_have_none(lab, notebook, ada, bob, vera, cleo) -> None:
    found = {person.name: role_of(person, notebook) for person in (ada, bob, vera, cleo)}

    assert found == {"Ada": "owner", "Bob": "editor", "Vera": "viewer", "Cleo": "editor"}


def test_it_is_in_a_members_list_once_they_have_opened_it(lab, notebook, cleo, client) -> None:
    assert visible_notebooks(cleo) == []
    client.force_login(cleo)
    client.get(f"/notebooks/{notebook.pk}")

    assert [access.role for access in visible_notebooks(cleo)] == [Role.EDITOR]


def test_p97_a_member_who_leaves_loses_what_the_organization_gave(lab, notebook, cleo, client) -> None:
    client.force_login(cleo)
    client.get(f"/notebooks/{notebook.pk}")
    Membership.objects.filter(user=cleo).delete()

    assert role_of(cleo, notebook) is Role.NONE
    assert visible_notebooks(cleo) == []


def test_p97_an_owner_who_leaves_takes_the_notebook_along(lab, notebook, ada, bob, cleo) -> None:
    Membership.objects.filter(user=ada).delete()

    assert role_of(cleo, notebook) is Role.NONE
    assert role_of(bob, notebook) is Role.EDITOR  # by name, and so not through the organization


def test_p97_with_the_organization_its_access_ends_and_nothing_else_changes(lab, notebook, cleo, bob) -> None:
    let_editors_share(notebook, False)
    lab.delete()

    assert (role_of(cleo, notebook), role_of(bob, notebook)) == (Role.NONE, Role.EDITOR)
    assert not Sharing.objects.get(notebook=notebook).may_editors_share


def test_p97_a_closed_owners_account_takes_nothing_from_others(notebook, ada, bob) -> None:
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    assert (role_of(ada, notebook), role_of(bob, notebook)) == (Role.NONE, Role.EDITOR)


def test_p57_administrators_of_another_organization_are_strangers(lab, notebook, vera, bob) -> None:
    other = Organization.objects.create(name="Other")
    stranger = type(bob).objects.create_user("stranger@example.org")
    Membership.objects.create(organization=other, user=stranger, role=Membership.Role.ADMIN.value)

    assert role_of(stranger, notebook) is Role.NONE


def test_only_an_organization_of_the_owner_can_be_named(notebook, bob) -> None:
    other = Organization.objects.create(name="Other")
    Membership.objects.create(organization=other, user=bob)

    for organization in (other.pk, None, 0):
        with pytest.raises(CannotShare, match="organization of its owner"):
            open_to(notebook, "organization", "viewer", organization)


def test_the_dialog_offers_organizations_that_are_the_viewers_too(lab, notebook, ada, bob) -> None:
    offered = [summary(access_notebook(person, notebook.pk), person)["organizations"] for person in (ada, bob)]

    assert offered == [[{"id": lab.pk, "name": "Lab"}], []]
    assert sharing_of(notebook).organization == lab


def test_an_editor_through_the_organization_does_not_share(lab, notebook, cleo) -> None:
    assert not may_share(access_notebook(cleo, notebook.pk), cleo)
