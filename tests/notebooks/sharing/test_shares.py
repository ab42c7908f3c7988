"""Sharing: one list says who may do what, open pages hear of changes, machines end with the right to run."""

import asyncio
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from notebooks.documents.services import rename_notebook, trash_notebook
from notebooks.sharing.people import people
from notebooks.sharing.services import CannotShare, set_shares
from runtimes.allocation.choosing import default_type
from runtimes.allocation.models import Runtime
from runtimes.allocation.states import Status

pytestmark = pytest.mark.django_db


def roles(notebook) -> dict[str, str]:
    return {named.email.split("@")[0]: named.role for named in people(notebook, notebook.owner)}


def test_the_list_replaces_the_list(notebook, bob, vera, cleo) -> None:
    set_shares(notebook, {vera.email: "commenter", cleo.email.upper(): "viewer"})

    assert roles(notebook) == {"ada": "owner", "vera": "commenter", "cleo": "viewer"}


def test_the_owner_stays_owner(notebook, ada) -> None:
    set_shares(notebook, {ada.email: "owner"})
    assert roles(notebook) == {"ada": "owner"}

    with pytest.raises(CannotShare, match="stays its owner"):
        set_shares(notebook, {ada.email: "viewer"})


@pytest.mark.parametrize("role", ["owner", "none", "", "admin"])
def test_only_three_roles_can_be_given(notebook, cleo, role) -> None:
    with pytest.raises(CannotShare, match="not a role"):
        set_shares(notebook, {cleo.email: role})


def test_a_list_with_a_mistake_changes_nothing(notebook, cleo) -> None:
    with pytest.raises(CannotShare, match="“nobody” is not an email address"):
        set_shares(notebook, {cleo.email: "editor", "nobody": "viewer"})

    assert roles(notebook) == {"ada": "owner", "bob": "editor", "vera": "viewer"}


async def heard(notebook, act, *words) -> Any:
    """What the notebook's group is told, over Redis, when `act` commits."""
    layer = get_channel_layer()
    assert layer
    channel = await layer.new_channel()
    await layer.group_add(f"notebook.{notebook.pk}", channel)
    await database_sync_to_async(act)(notebook, *words)
    async with asyncio.timeout(5):
        message = await layer.receive(channel)
    await layer.flush()
    return message


@pytest.mark.django_db(transaction=True)
async def test_open_pages_hear_of_a_changed_role(notebook, bob) -> None:
    assert await heard(notebook, set_shares, {bob.email: "viewer"}) == {"type": "notebook.access"}


@pytest.mark.django_db(transaction=True)
async def test_open_pages_hear_of_the_trash(notebook) -> None:
    assert await heard(notebook, trash_notebook) == {"type": "notebook.access"}


@pytest.mark.django_db(transaction=True)
async def test_open_pages_hear_of_a_new_name(notebook) -> None:
    assert await heard(notebook, rename_notebook, "名前") == {"type": "notebook.renamed", "name": "名前"}


@pytest.fixture
def machines(notebook, ada, bob, runtime_type):
    return {
        person.name: Runtime.objects.create(
            owner=person, audience=str(notebook.pk), type=runtime_type, state=Status.READY.value
        )
        for person in (ada, bob)
    }


@pytest.fixture
def runtime_type(db):
    return default_type()


def states(machines) -> dict[str, str]:
    return {name: Runtime.objects.get(pk=runtime.pk).state for name, runtime in machines.items()}


def test_the_machine_ends_with_the_right_to_run(notebook, bob, machines) -> None:
    set_shares(notebook, {bob.email: "viewer"})

    assert states(machines) == {"Ada": "ready", "Bob": "stopping"}


def test_the_machine_stays_with_a_role_that_may_run(notebook, bob, cleo, machines) -> None:
    set_shares(notebook, {bob.email: "editor", cleo.email: "viewer"})

    assert states(machines) == {"Ada": "ready", "Bob": "ready"}


def test_all_machines_end_in_the_trash(notebook, machines) -> None:
    trash_notebook(notebook)

    assert states(machines) == {"Ada": "stopping", "Bob": "stopping"}
