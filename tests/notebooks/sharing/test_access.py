"""The door to a notebook opens for those who have a role in it, and looks the same to all others."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from notebooks.documents.services import trash_notebook
from notebooks.sharing.access import (
    NoAccess,
    NotAllowed,
    access_notebook,
    access_trashed,
    visible_notebooks,
)
from notebooks.sharing.roles import Role
from notebooks.sharing.services import set_shares

pytestmark = pytest.mark.django_db


def test_everyone_has_their_own_role(notebook, ada, bob, vera) -> None:
    roles = {person.name: access_notebook(person, notebook.pk).role for person in (ada, bob, vera)}

    assert roles == {"Ada": Role.OWNER, "Bob": Role.EDITOR, "Vera": Role.VIEWER}


@pytest.mark.parametrize("identity", [uuid.uuid4(), "not-an-id", ""])
def test_a_notebook_that_is_not_there_and_one_of_strangers_are_the_same(notebook, cleo, identity) -> None:
    with pytest.raises(NoAccess) as stranger:
        access_notebook(cleo, notebook.pk)
    with pytest.raises(NoAccess) as missing:
        access_notebook(cleo, identity)

    assert str(stranger.value) == str(missing.value)
    assert type(stranger.value) is type(missing.value) is NoAccess


def test_it_takes_as_many_queries_to_say_no_as_to_say_yes(notebook, ada, cleo, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        access_notebook(ada, notebook.pk)
    with django_assert_num_queries(1), pytest.raises(NoAccess):
        access_notebook(cleo, notebook.pk)


def test_a_viewer_is_told_that_viewing_is_all(notebook, vera) -> None:
    with pytest.raises(NotAllowed, match="takes the role editor"):
        access_notebook(vera, notebook.pk, Role.EDITOR)


def test_nobody_gets_in_without_signing_in(notebook) -> None:
    with pytest.raises(NoAccess):
        access_notebook(AnonymousUser(), notebook.pk)


def test_staff_are_strangers_to_what_is_not_shared_with_them(notebook, cleo) -> None:
    cleo.is_staff = cleo.is_superuser = True
    cleo.save()

    with pytest.raises(NoAccess):
        access_notebook(cleo, notebook.pk)


def test_a_deactivated_account_has_no_role_even_where_the_socket_remembers_it(notebook, ada) -> None:
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    with pytest.raises(NoAccess):
        access_notebook(ada, notebook.pk)


def test_the_trash_is_closed_to_all_but_the_owner(notebook, ada, bob) -> None:
    trash_notebook(notebook)

    for person in (ada, bob):
        with pytest.raises(NoAccess):
            access_notebook(person, notebook.pk)
    with pytest.raises(NoAccess):
        access_trashed(bob, notebook.pk)
    assert access_trashed(ada, notebook.pk) == notebook


def test_the_trash_holds_nothing_that_was_not_put_there(notebook, ada) -> None:
    with pytest.raises(NoAccess):
        access_trashed(ada, notebook.pk)


def test_a_list_shows_what_the_door_would_open(notebook, ada, bob, vera, cleo) -> None:
    seen = {person.name: [access.role for access in visible_notebooks(person)] for person in (ada, bob, vera, cleo)}

    assert seen == {"Ada": [Role.OWNER], "Bob": [Role.EDITOR], "Vera": [Role.VIEWER], "Cleo": []}


def test_a_role_ends_with_its_grant(notebook, bob, vera) -> None:
    set_shares(notebook, {vera.email: "editor"})

    assert access_notebook(vera, notebook.pk).role is Role.EDITOR
    with pytest.raises(NoAccess):
        access_notebook(bob, notebook.pk)
