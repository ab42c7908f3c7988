"""Access until a day: afterwards it gives nothing, by the database's clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notebooks.sharing.access import NoAccess, access_notebook, visible_notebooks
from notebooks.sharing.models import Grant
from notebooks.sharing.people import people
from notebooks.sharing.roles import Role
from notebooks.sharing.services import CannotShare, Invitation, Terms, change_grant, invite
from notebooks.sharing.tasks import sweep
from runtimes.allocation.choosing import default_type
from runtimes.allocation.models import Runtime
from runtimes.allocation.states import Status

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def expire(person) -> None:
    Grant.objects.filter(email=person.email).update(expires_at=timezone.now() - SECOND)


def test_it_counts_until_then_and_not_after(notebook, ada, bob) -> None:
    invite(notebook, Invitation(ada, [bob.email], Terms("editor", timezone.now() + timedelta(days=1))))
    assert access_notebook(bob, notebook.pk).role is Role.EDITOR

    expire(bob)

    with pytest.raises(NoAccess):
        access_notebook(bob, notebook.pk)
    assert visible_notebooks(bob) == []
    assert [named.has_expired for named in people(notebook, ada)] == [False, True, False]


def test_it_cannot_lie_in_the_past(notebook, ada, bob) -> None:
    with pytest.raises(CannotShare, match="in the future"):
        invite(notebook, Invitation(ada, [bob.email], Terms("editor", timezone.now() - SECOND)))


def test_what_has_expired_can_be_given_again(notebook, bob) -> None:
    expire(bob)
    change_grant(notebook, Grant.objects.get(email=bob.email).pk, Terms("editor"))

    assert access_notebook(bob, notebook.pk).role is Role.EDITOR


def test_the_machine_ends_with_what_has_expired(notebook, ada, bob) -> None:
    for person in (ada, bob):
        Runtime.objects.create(owner=person, audience=str(notebook.pk), type=default_type(), state=Status.READY.value)
    Runtime.objects.create(owner=bob, audience="no notebook", type=default_type(), state=Status.READY.value)
    sweep()
    assert {runtime.state for runtime in Runtime.objects.all()} == {"ready"}

    expire(bob)
    sweep()

    states = Runtime.objects.order_by("requested_at").values_list("owner__name", "state")
    assert list(states) == [("Ada", "ready"), ("Bob", "stopping"), ("Bob", "ready")]
