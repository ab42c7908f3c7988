"""What an administrator does about people: done, told, and written down; and what they may not do."""

import re

import pytest

from accounts.closing import close, reopen
from accounts.models import AuditEntry, Mail
from runtimes.allocation.choosing import plan_of
from runtimes.allocation.offers import Plan
from runtimes.allocation.services import request_runtime
from tests.dashboard.conftest import acts

pytestmark = pytest.mark.django_db


def act(client, person, what, **values):
    answer = client.post(f"/dashboard/people/{person.pk}/{what}", values)
    person.refresh_from_db()
    return answer


def test_people_are_found_by_address_and_name(as_root, ada, bob, notebook):
    request_runtime(ada, str(notebook.pk))
    page = as_root.get("/dashboard/people?q=ADA@").content.decode()
    assert ada.email in page and bob.email not in page
    assert bob.email in as_root.get("/dashboard/people?q=bob").content.decode()
    assert "Nothing here" in as_root.get("/dashboard/people?q=nobody'--").content.decode()


def test_a_person_has_a_page(as_root, ada, notebook):
    request_runtime(ada, str(notebook.pk))
    page = as_root.get(f"/dashboard/people/{ada.pk}").content.decode()
    assert ada.email in page and "1 notebook" in page and "End the machine of" in page
    assert as_root.get("/dashboard/people/999999").status_code == 404


def test_p66_who_is_suspended_is_out_at_once_and_their_machine_ends(as_root, client_of, ada, notebook):
    browser = client_of(ada)
    runtime = request_runtime(ada, str(notebook.pk))
    assert browser.get("/api/notebooks").status_code == 200
    act(as_root, ada, "suspend", reason="mining")
    runtime.refresh_from_db()
    assert (runtime.state, runtime.reason) == ("stopping", "administrator")
    assert browser.get("/api/notebooks").status_code == 401
    assert AuditEntry.objects.get().detail == {"reason": "mining"}

    act(as_root, ada, "reactivate")
    assert client_of(ada).get("/api/notebooks").status_code == 200
    assert acts() == ["person.suspended", "person.reactivated"]


def test_an_administrator_is_not_suspended_here(as_root, root):
    assert act(as_root, root, "suspend").status_code == 422
    assert root.is_active and acts() == []


def test_a_plan_is_given_and_taken_back(as_root, ada):
    pro = Plan.objects.create(slug="pro", name="Pro", runtimes_at_once=20)
    act(as_root, ada, "plan", plan=pro.pk)
    assert plan_of(ada) == pro
    act(as_root, ada, "plan", plan="")
    assert plan_of(ada).slug == "free"
    assert act(as_root, ada, "plan", plan="999999").status_code == 422
    assert [entry.detail["plan"] for entry in AuditEntry.objects.order_by("pk")] == ["pro", None]


def test_an_administrator_signs_in_as_somebody_with_a_banner_and_comes_back(as_root, ada, notebook):
    assert act(as_root, ada, "stand-in")["Location"] == "/"
    home = as_root.get("/").content.decode()
    assert "You are signed in as ada@example.org" in home and notebook.name in home
    assert '"stands_in": true' in as_root.get(f"/notebooks/{notebook.pk}").content.decode()
    assert as_root.get("/dashboard/").status_code == 404  # they are somebody else now, in everything

    as_root.post("/dashboard/back")
    assert as_root.get("/dashboard/").status_code == 200
    assert "You are signed in as" not in as_root.get("/").content.decode()
    entries = AuditEntry.objects.order_by("pk").values_list("act", "actor_email", "subject_label")
    assert list(entries) == [
        ("person.signed_in_as", "root@example.org", ada.email),
        ("person.returned_from", "root@example.org", ada.email),
    ]


def test_who_is_no_administrator_any_more_comes_back_as_nobody(as_root, root, ada):
    act(as_root, ada, "stand-in")
    root.is_staff = False
    root.save()
    as_root.post("/dashboard/back")
    assert as_root.get("/api/notebooks").status_code == 401


@pytest.mark.parametrize("who", ["staff", "suspended"])
def test_p69_nobody_signs_in_as_an_administrator_or_past_a_suspension(as_root, ada, who):
    ada.is_staff, ada.is_active = who == "staff", who != "suspended"
    ada.save()
    assert act(as_root, ada, "stand-in").status_code == 422
    assert as_root.get("/dashboard/").status_code == 200 and acts() == []


def test_going_back_is_nothing_for_everybody_else(client_of, ada, root):
    browser = client_of(ada)
    session = browser.session
    assert browser.post("/dashboard/back").status_code == 302
    assert browser.get("/dashboard/").status_code == 404 and "signed_in_by" not in session and acts() == []


def test_who_closed_their_account_and_is_suspended_does_not_open_it_again(as_root, ada):
    close(ada)
    secret = re.findall(r"/accounts/\S*?([\w-]{20,})", Mail.objects.latest("pk").text)[0]
    act(as_root, ada, "suspend", reason="mining")
    assert reopen(secret) is None
    ada.refresh_from_db()
    assert not ada.is_active


def test_who_closed_their_account_opens_it_again(ada):
    close(ada)
    secret = re.findall(r"/accounts/\S*?([\w-]{20,})", Mail.objects.latest("pk").text)[0]
    assert reopen(secret) == ada
