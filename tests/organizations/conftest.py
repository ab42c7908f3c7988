"""Two organizations that know nothing of each other: the Lab is Ada's, with Bob; the School is Cleo's, with Vera."""

import pytest
from django.test import Client

from accounts.joining import ADMIN, join
from accounts.models import Organization


@pytest.fixture
def lab(ada, bob):
    made = Organization.objects.create(name="The Lab")
    join(made, ada, ADMIN)
    join(made, bob)
    return made


@pytest.fixture
def school(cleo, vera):
    made = Organization.objects.create(name="The School")
    join(made, cleo, ADMIN)
    join(made, vera)
    return made


@pytest.fixture
def as_person():
    """`as_person(ada)`: a browser in which she is signed in."""

    def start(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return start
