"""P69: what does harm asks an administrator again who they are; a session that was left open is not enough."""

import time

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.freshness import SIGNED_IN_AT
from accounts.joining import ADMIN, join
from accounts.models import AuditEntry, Group, Organization, User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


@pytest.fixture
def root(django_user_model):
    return django_user_model.objects.create_superuser("root@example.org", PASSWORD, name="Root")


@pytest.fixture
def long_ago(root):
    """A browser in which Root signed in a day ago."""
    client = Client()
    client.force_login(root)
    make_old(client)
    return client


def make_old(client):
    session = client.session
    session[SIGNED_IN_AT] = time.time() - 86_400
    session.save()


def is_active(person):
    return User.objects.get(pk=person.pk).is_active


def test_a_fresh_sign_in_is_enough(root, grace):
    client = Client()
    client.force_login(root)
    assert client.post(f"/dashboard/people/{grace.pk}/suspend")["Location"].startswith("/dashboard/")
    assert not is_active(grace)


def test_after_a_while_the_password_is_asked_for_and_then_it_is_done(long_ago, grace):
    asked = long_ago.post(f"/dashboard/people/{grace.pk}/suspend", {"reason": "spam"})
    assert asked.status_code == 302 and "/reauthenticate/" in asked["Location"]
    assert is_active(grace) and not AuditEntry.objects.exists()
    wrong = long_ago.post(asked["Location"], {"password": "wrong"})
    assert wrong.status_code == 200 and is_active(grace)
    long_ago.post(asked["Location"], {"password": PASSWORD, "next": f"/dashboard/people/{grace.pk}/suspend"})
    assert not is_active(grace)
    assert AuditEntry.objects.get().detail == {"reason": "spam"}


def test_looking_is_not_asked_about_and_neither_is_who_may_not(long_ago, grace):
    assert long_ago.get("/dashboard/people").status_code == 200
    client = Client()
    client.force_login(grace)
    make_old(client)
    assert client.post(f"/dashboard/people/{grace.pk}/suspend").status_code == 404


def test_the_administration_pages_ask_as_well(long_ago):
    asked = long_ago.get("/admin/accounts/user/")
    assert asked.status_code == 302
    assert asked["Location"] == "/accounts/reauthenticate/?next=%2Fadmin%2Faccounts%2Fuser%2F"
    long_ago.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/admin/"})
    assert long_ago.get("/admin/accounts/user/").status_code == 200


def test_who_has_no_password_here_signs_in_again(long_ago, root, grace):
    root.set_unusable_password()
    root.save()
    long_ago.force_login(root)
    make_old(long_ago)
    answer = long_ago.post(f"/dashboard/people/{grace.pk}/suspend")
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/?next=")
    assert is_active(grace) and long_ago.get("/dashboard/").status_code == 302


def test_coming_back_from_somebody_elses_name_is_no_sign_in(root, grace):
    client = Client()
    client.force_login(root)
    client.post(f"/dashboard/people/{grace.pk}/stand-in")
    client.post("/dashboard/back")
    assert "/reauthenticate/" in client.post(f"/dashboard/people/{grace.pk}/suspend")["Location"]


def test_an_administrator_of_an_organization_is_asked_as_well(grace):
    lab = Organization.objects.create(name="The Lab")
    join(lab, grace, ADMIN)
    group = Group.objects.create(organization=lab, name="Class 1")
    client = Client()
    client.force_login(grace)
    make_old(client)
    for act in (f"groups/{group.pk}/delete", "policies"):
        assert "/reauthenticate/" in client.post(f"/organizations/{lab.slug}/{act}", {"name": "New"})["Location"]
    assert Group.objects.exists() and Organization.objects.get().name == "The Lab"
    client.post(f"/organizations/{lab.slug}/groups", {"name": "Class 2"})
    assert Group.objects.count() == 2
