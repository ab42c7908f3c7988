"""Notebooks at the dashboard: told without looking into them, frozen, put back, and looked into for a reason."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts.models import AuditEntry, Mail
from notebooks.documents import services
from notebooks.documents.models import Notebook
from notebooks.sharing.access import NoAccess, access_notebook
from notebooks.sharing.models import Inspection
from notebooks.sharing.openings import come_by_link, open_to
from notebooks.sharing.people import sharing_of
from notebooks.sharing.roles import Role
from runtimes.allocation.services import request_runtime
from tests.dashboard.conftest import acts
from tests.notebooks.documents.files import code, file_of, stream

pytestmark = pytest.mark.django_db


@pytest.fixture
def harmful(ada, bob, vera):
    """A notebook of Ada's with something in it, which Bob edits, Vera views, and anyone may who has the link."""
    made = services.import_notebook(
        ada, "harmful.ipynb", file_of(code("secret-source" + "x" * 5000, stream("x")), nbformat_minor=4)
    )
    from notebooks.sharing.services import set_shares

    set_shares(made, {bob.email: "editor", vera.email: "viewer"})
    open_to(made, "link", "editor")
    return made


def role(user, notebook):
    try:
        return access_notebook(user, notebook.pk).role
    except NoAccess:
        return Role.NONE


def act(client, notebook, what, reason="It harms people."):
    return client.post(f"/dashboard/notebooks/{notebook.pk}/{what}", {"reason": reason})


def test_p100_a_frozen_notebook_is_read_only_its_links_are_dead_and_its_machine_ends(
    as_root, harmful, ada, bob, vera, cleo
):
    key = sharing_of(harmful).key
    come_by_link(cleo, harmful.pk, key)
    machines = [request_runtime(person, str(harmful.pk)) for person in (ada, bob)]
    assert [role(person, harmful) for person in (ada, bob, vera, cleo)] == ["owner", "editor", "viewer", "editor"]

    assert act(as_root, harmful, "freeze").status_code == 302

    assert [role(person, harmful) for person in (ada, bob, vera, cleo)] == ["viewer", "viewer", "viewer", "none"]
    with pytest.raises(NoAccess):
        come_by_link(cleo, harmful.pk, key)
    for machine in machines:
        machine.refresh_from_db()
        assert (machine.state, machine.reason) == ("stopping", "administrator")
    assert acts() == ["notebook.frozen"]
    assert AuditEntry.objects.get().detail == {"reason": "It harms people.", "owner": ada.email}


def test_p100_a_frozen_notebook_does_not_go_on_in_copies(as_root, client_of, harmful, vera):
    browser = client_of(vera)
    playground = browser.post(f"/api/notebooks/{harmful.pk}/playground").json()["notebook"]["id"]
    act(as_root, harmful, "freeze")
    for what in ("copy", "playground"):
        answer = browser.post(f"/api/notebooks/{harmful.pk}/{what}")
        assert (answer.status_code, answer.json()["code"]) == (403, "frozen")
    assert role(vera, Notebook.objects.get(pk=playground)) == "viewer"


def test_p100_put_back_everything_named_is_as_it_was_and_links_stay_dead(as_root, harmful, ada, bob, cleo):
    come_by_link(cleo, harmful.pk, sharing_of(harmful).key)
    act(as_root, harmful, "freeze")
    act(as_root, harmful, "unfreeze", "A mistake.")
    assert [role(person, harmful) for person in (ada, bob, cleo)] == ["owner", "editor", "none"]
    assert acts() == ["notebook.frozen", "notebook.unfrozen"]


def test_its_owner_finds_it_and_cannot_take_it_away(as_root, client_of, harmful, ada):
    act(as_root, harmful, "freeze")
    browser = client_of(ada)
    home = browser.get("/").content.decode()
    assert "harmful" in home and "frozen" in home
    assert browser.delete(f"/api/notebooks/{harmful.pk}").status_code == 403
    assert '"frozen": "It harms people."' in browser.get(f"/notebooks/{harmful.pk}").content.decode()


def test_what_was_in_the_trash_stays_as_evidence(as_root, harmful, ada):
    services.trash_notebook(harmful)
    act(as_root, harmful, "freeze")
    Notebook.objects.update(trashed_at=Now() - timedelta(days=400))
    from notebooks.documents.trash import empty_trash, end_old_trash

    assert (end_old_trash(), empty_trash(ada)) == (0, 0)


def test_nothing_is_done_without_a_reason(as_root, harmful, ada):
    for what in ("freeze", "unfreeze", "look"):
        assert act(as_root, harmful, what, "").status_code == 422
    assert acts() == [] and role(ada, harmful) == "owner"


def test_an_administrator_looks_into_it_for_an_hour_and_changes_nothing(as_root, root, harmful):
    assert role(root, harmful) == "none"
    assert act(as_root, harmful, "look", "Report 12.").headers["Location"] == f"/notebooks/{harmful.pk}"
    assert role(root, harmful) == "viewer"
    assert as_root.get(f"/notebooks/{harmful.pk}").status_code == 200
    assert as_root.patch(f"/api/notebooks/{harmful.pk}", {"name": "x"}, "application/json").status_code == 403
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.detail["reason"]) == ("notebook.looked_into", "Report 12.")

    Inspection.objects.update(ends_at=Now() - timedelta(seconds=1))
    assert role(root, harmful) == "none"


def test_who_is_no_administrator_any_more_sees_nothing_by_it(as_root, root, harmful):
    act(as_root, harmful, "look")
    type(root).objects.update(is_staff=False)
    assert role(root, harmful) == "none"


def test_the_list_tells_size_runs_and_names_and_nothing_of_what_is_inside(as_root, harmful, ada, notebook):
    page = as_root.get("/dashboard/notebooks?order=size").content.decode()
    assert page.index("harmful") < page.index(notebook.name)
    assert ada.email in page and "secret-source" not in page
    assert "harmful" not in as_root.get("/dashboard/notebooks?q=nobody").content.decode()
    assert "harmful" not in as_root.get("/dashboard/notebooks?frozen=on").content.decode()
    inside = as_root.get(f"/dashboard/notebooks/{harmful.pk}").content.decode()
    assert "Shared with 2 people by name" in inside and "1 run" in inside and "secret-source" not in inside


def test_its_owner_is_told_by_mail_and_once(as_root, ada):
    notebook = services.create_notebook(ada, "Plots")
    for _turn in range(2):
        as_root.post(f"/dashboard/notebooks/{notebook.pk}/freeze", {"reason": "Phishing"})
    letter = Mail.objects.get(to=ada.email)
    assert "Plots" in letter.subject and "Phishing" in letter.text and str(notebook.pk) in letter.text
