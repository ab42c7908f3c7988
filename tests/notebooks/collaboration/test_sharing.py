"""However access ends or changes, open pages learn of it within seconds (P56): told at once, or noticed by looking."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, Organization
from notebooks.sharing.models import Grant
from notebooks.sharing.openings import come_by_link, open_to, renew_link
from notebooks.sharing.people import sharing_of
from notebooks.sharing.services import (
    Terms,
    change_grant,
    remove_grant,
    stop_sharing,
    transfer_ownership,
)
from tests.notebooks.collaboration.pages import in_thread, until

pytestmark = pytest.mark.usefixtures("quick")


async def open_by_link(visits, notebook, cleo):
    def come():
        open_to(notebook, "link", "editor")
        come_by_link(cleo, notebook.pk, sharing_of(notebook).key)

    await in_thread(come)
    return await visits.open(cleo)


async def test_p56_an_end_that_comes_while_the_page_is_open(visits, bob, notebook) -> None:
    soon = timezone.now() + timedelta(seconds=1)
    await in_thread(lambda: Grant.objects.filter(email=bob.email).update(expires_at=soon))
    page = await visits.open(bob)
    await page.type("in time")
    await page.saved()

    assert await page.closed() == 4404
    assert timezone.now() >= soon
    assert page.said[-1] == {"type": "role", "role": "none"}


@pytest.mark.parametrize("how", ["off", "renewed", "stopped"])
async def test_p56_the_link_goes_and_with_it_who_came_by_it(visits, cleo, bob, notebook, how) -> None:
    page = await open_by_link(visits, notebook, cleo)
    named = await visits.open(bob)
    end = {"off": lambda: open_to(notebook, "restricted"), "renewed": lambda: renew_link(notebook)}
    await in_thread(end.get(how, lambda: stop_sharing(notebook)))

    assert await page.closed() == 4404
    assert (await named.closed() == 4404) if how == "stopped" else not named.of_type("role")


async def test_p56_the_link_gives_less_than_before(visits, cleo, notebook) -> None:
    page = await open_by_link(visits, notebook, cleo)
    await in_thread(open_to, notebook, "link", "viewer")
    await until(lambda: page.of_type("role"), seconds=5)
    await page.type("too late")
    await until(lambda: page.of_type("refused"))

    assert page.of_type("role") == [{"type": "role", "role": "viewer"}]


async def test_p97_a_member_who_leaves_the_organization(visits, ada, cleo, notebook) -> None:
    def join():
        lab = Organization.objects.create(name="Lab")
        for person in (ada, cleo):
            Membership.objects.create(organization=lab, user=person)
        open_to(notebook, "organization", "viewer", lab.pk)

    await in_thread(join)
    page = await visits.open(cleo)
    await in_thread(lambda: Membership.objects.filter(user=cleo).delete())

    assert await page.closed() == 4404


async def test_p56_another_role_and_none_by_name(visits, bob, notebook) -> None:
    page = await visits.open(bob)
    grant = await in_thread(lambda: Grant.objects.get(email=bob.email).pk)
    await in_thread(change_grant, notebook, grant, Terms("viewer"))
    await until(lambda: page.of_type("role"), seconds=5)
    await in_thread(remove_grant, notebook, grant)

    assert await page.closed() == 4404
    assert [frame["role"] for frame in page.of_type("role")] == ["viewer", "none"]


async def test_both_pages_learn_who_owns_the_notebook_now(visits, ada, bob, notebook) -> None:
    hers, his = await visits.open(ada), await visits.open(bob)

    def transfer():
        Grant.objects.filter(email=bob.email).update(opened_at=timezone.now())
        transfer_ownership(notebook, ada, Grant.objects.get(email=bob.email).pk)

    await in_thread(transfer)
    await until(lambda: hers.of_type("role") and his.of_type("role"), seconds=5)

    assert [page.of_type("role")[-1]["role"] for page in (hers, his)] == ["editor", "owner"]
