"""The audit log: nothing administrative without an entry, and no entry is ever changed."""

import pytest
from django.db import Error, transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts import audit
from accounts.models import AuditEntry, Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(grace):
    grace.is_staff = grace.is_superuser = True
    grace.save()
    return grace


def posted(person, path="/dashboard/something", **values):
    request = RequestFactory().post(path, values)
    request.user = person
    return request


def renamed(request, organization, *, is_recorded=True):
    Organization.objects.filter(pk=organization.pk).update(name="New")
    if is_recorded:
        audit.record(request, "organization.renamed", organization, before="Old")
    return HttpResponse()


def test_an_entry_says_who_did_what_to_whom(root):
    organization = Organization.objects.create(name="Old")
    audit.staff_only(renamed)(posted(root), organization)
    [entry] = AuditEntry.objects.all()
    assert (entry.actor, entry.actor_email, entry.act) == (root.pk, root.email, "organization.renamed")
    assert (entry.subject_kind, entry.subject, entry.subject_label) == ("organization", str(organization.pk), "Old")
    assert entry.detail == {"before": "Old"} and entry.address == "127.0.0.1"


def test_an_act_without_an_entry_is_taken_back(root):
    organization = Organization.objects.create(name="Old")
    with pytest.raises(audit.NotRecorded):
        audit.staff_only(renamed)(posted(root), organization, is_recorded=False)
    organization.refresh_from_db()
    assert organization.name == "Old"


def test_for_others_there_is_no_such_page(grace):
    with pytest.raises(Http404):
        audit.staff_only(renamed)(posted(grace), Organization.objects.create(name="Old"))
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("change", [{"act": "something harmless"}, None])
def test_no_entry_is_changed_or_deleted(root, change):
    audit.record(posted(root), "person.suspended", root)
    with pytest.raises(Error, match="only added to"), transaction.atomic():
        AuditEntry.objects.update(**change) if change else AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get().act == "person.suspended"


def test_an_entry_outlives_who_made_it(root):
    audit.record(posted(root), "person.suspended", root)
    root.delete()
    assert AuditEntry.objects.get().actor_email == "grace@example.org"


def test_a_change_in_the_administration_pages_is_recorded_without_its_values(client, root):
    client.force_login(root)
    inline = {f"memberships-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    password = {f"password{number}": "a long secret word" for number in (1, 2)}
    form = {"email": "new@example.org", "usable_password": "true", **password, **inline}
    answer = client.post("/admin/accounts/user/add/", form)
    assert answer.status_code == 302
    [entry] = AuditEntry.objects.all()
    assert entry.detail["path"] == "/admin/accounts/user/add/"
    assert "password1" in entry.detail["fields"] and "secret" not in str(entry.detail)


def test_a_deletion_of_several_is_recorded_with_which(client, root):
    client.force_login(root)
    made = [Organization.objects.create(name=name) for name in ("One", "Two")]
    chosen = {"action": "delete_selected", "_selected_action": [one.pk for one in made], "post": "yes"}
    assert client.post("/admin/accounts/organization/", chosen).status_code == 302
    assert not Organization.objects.exists()
    assert AuditEntry.objects.get().detail["chosen"]["_selected_action"] == [str(one.pk) for one in made]


def test_a_form_with_mistakes_is_no_act(client, root):
    client.force_login(root)
    assert (
        client.post(
            "/admin/accounts/organization/add/",
            {"name": "", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0},
        ).status_code
        == 200
    )
    assert not AuditEntry.objects.exists()
