"""Nothing is changed on the word of another site (P63)."""

import pytest
from django.test import Client

from tests.accounts.routes import every_path

pytestmark = pytest.mark.django_db

UNSAFE = ("post", "put", "patch", "delete")
REFUSED = {403, 404, 405}  # 404: the notebook of the sample path does not exist, and nothing was changed


@pytest.fixture
def signed_in(grace):
    grace.is_staff = grace.is_superuser = True
    grace.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(grace)
    return client


@pytest.mark.parametrize("method", UNSAFE)
def test_p63_no_address_accepts_a_change_without_a_csrf_token(signed_in, method):
    answers = {path: getattr(signed_in, method)(path).status_code for _route, path in every_path()}
    assert {path: status for path, status in answers.items() if status not in REFUSED} == {}


def test_p63_a_page_of_another_site_cannot_change_anything_even_with_a_token(signed_in, settings):
    signed_in.get("/accounts/")
    token = signed_in.cookies["tomoni-csrf"].value
    foreign = signed_in.post(
        "/accounts/",
        {"name": "x", "theme": "dark", "csrfmiddlewaretoken": token},
        headers={"Origin": "https://evil.example"},
    )
    assert foreign.status_code == 403
    assert "came from another site" in foreign.content.decode()


def test_p63_signing_in_needs_a_csrf_token(grace):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": grace.email, "password": "correct horse battery"})
    assert answer.status_code == 403
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("path", ["/accounts/logout/", "/accounts/google/login/"])
def test_p63_get_has_no_side_effect(signed_in, google, path):
    assert signed_in.get(path).status_code == 200
    assert signed_in.get("/accounts/").status_code == 200
