"""What an administrator of an organization sees of what goes on in it, and the way there."""

import pytest

from accounts.joining import ADMIN, join
from accounts.models import AuditEntry
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import request_runtime

pytestmark = pytest.mark.django_db


def test_the_dashboard_leads_who_looks_after_an_organization_to_it(lab, as_person, ada, bob):
    answer = as_person(ada).get("/dashboard/")
    assert (answer.status_code, answer["Location"]) == (302, f"/organizations/{lab.slug}/usage")
    assert as_person(bob).get("/dashboard/").status_code == 404


def test_who_looks_after_several_chooses(lab, school, as_person, ada):
    join(school, ada, ADMIN)
    assert as_person(ada).get("/dashboard/")["Location"] == "/organizations/"


def test_the_machines_of_members_are_seen_and_ended_and_that_is_recorded(lab, as_person, ada, bob, cleo):
    his, another = request_runtime(bob, "notebook-1"), request_runtime(cleo, "notebook-2")
    shown = as_person(ada).get(f"/organizations/{lab.slug}/runtimes").content.decode()
    assert bob.email in shown and cleo.email not in shown and "notebook-1" not in shown
    assert as_person(ada).post(f"/organizations/{lab.slug}/runtimes/{his.pk}/end").status_code == 302
    assert as_person(ada).post(f"/organizations/{lab.slug}/runtimes/{another.pk}/end").status_code == 404
    assert Runtime.objects.get(pk=his.pk).reason == "administrator"
    assert Runtime.objects.get(pk=another.pk).state == "requested"
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.organization, entry.detail["owner"]) == ("runtime.ended", lab.pk, bob.email)
