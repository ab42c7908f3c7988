"""What people with an open socket may still do: by their role and by the session that the socket was opened with."""

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from notebooks.sharing.services import set_shares
from notebooks.sharing.standings import runtime_rights
from runtimes.execution.rights import Rights

pytestmark = pytest.mark.django_db(transaction=True)


def session_of(person) -> SessionStore:
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return store


async def rights(person, notebook, session=None) -> Rights:
    session = session or await database_sync_to_async(session_of)(person)
    return await runtime_rights(person, session.session_key, str(notebook.pk))


async def test_owner_and_editor_run_a_viewer_looks_a_stranger_does_nothing(notebook, ada, bob, vera, cleo) -> None:
    found = [await rights(person, notebook) for person in (ada, bob, vera, cleo)]
    assert found == [Rights.RUN, Rights.RUN, Rights.LOOK, Rights.NOTHING]


async def test_a_role_that_is_taken_away_is_gone_at_once(notebook, bob) -> None:
    session = await database_sync_to_async(session_of)(bob)
    await database_sync_to_async(set_shares)(notebook, {})
    assert await rights(bob, notebook, session) is Rights.NOTHING


@pytest.mark.parametrize("how", ["signed out", "new password", "deactivated", "session of somebody else"])
async def test_p66_a_session_that_is_over_is_signed_out(notebook, ada, bob, how) -> None:
    session = await database_sync_to_async(session_of)(ada if how == "session of somebody else" else bob)
    if how == "signed out":
        await session.adelete()
    elif how == "new password":
        bob.set_password("another one, and longer")
        await bob.asave()
    elif how == "deactivated":
        bob.is_active = False
        await bob.asave()
    assert await rights(bob, notebook, session) is Rights.SIGNED_OUT
