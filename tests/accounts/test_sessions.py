"""Where one is signed in: listed for oneself, ended one by one or all but this."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.services import make_sign_in_link
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


@pytest.fixture
def here(grace):
    return signed_in(grace, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")


def signed_in(person, browser=CHROME) -> Client:
    client = Client(headers={"user-agent": browser})
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def is_signed_in(client):
    return client.get("/accounts/").status_code == 200


def test_every_browser_is_listed_in_words(here, grace):
    signed_in(grace)
    page = here.get("/accounts/sessions/").content.decode()
    assert "Firefox, Linux" in page and "Chrome, Windows" in page and page.count("this one") == 1


def test_p66_a_session_that_is_ended_is_over_at_once_and_no_other(here, grace):
    there, elsewhere = signed_in(grace), signed_in(grace)
    session = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/accounts/sessions/{session.pk}/end/").status_code == 302
    assert [is_signed_in(client) for client in (here, there, elsewhere)] == [True, False, True]


def test_p66_all_others_end_together(here, grace):
    there = signed_in(grace)
    here.post("/accounts/sessions/")
    assert [is_signed_in(client) for client in (here, there)] == [True, False]


def test_sessions_of_others_are_not_there(here, ada, grace):
    ada.set_password(PASSWORD)
    ada.save()
    theirs = signed_in(ada)
    session = UserSession.objects.get(user=ada)
    assert here.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    assert is_signed_in(theirs)
    assert here.get("/accounts/sessions/").context["session_count"] == 1


def test_a_sign_in_by_link_is_listed_too(grace):
    client = Client(headers={"user-agent": CHROME})
    client.post(make_sign_in_link(grace))
    assert "Chrome, Windows" in client.get("/accounts/sessions/").content.decode()
