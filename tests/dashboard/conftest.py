"""An administrator at the dashboard."""

import pytest
from django.test import Client

from accounts.models import AuditEntry


@pytest.fixture
def root(db, django_user_model):
    return django_user_model.objects.create_superuser("root@example.org", name="Root")


@pytest.fixture
def as_root(client, root):
    client.force_login(root)
    return client


@pytest.fixture
def client_of():
    """`client_of(person)`: a browser in which that person is signed in."""

    def start(person):
        browser = Client()
        browser.force_login(person)
        return browser

    return start


def acts():
    """What has been written into the audit log, in order."""
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))
