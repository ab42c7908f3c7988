"""Signing in with Google: known by `sub`, only with a verified address, never merged by email (P67)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.google import views as google_views
from django.conf import settings as django_settings

from accounts.models import User

pytestmark = pytest.mark.django_db


def signed_in_as(client):
    """The email of whoever the session belongs to, or None."""
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).email if user_id else None


def test_a_first_sign_in_makes_an_account_with_the_name_and_address_of_google(client, google, sign_in_with_google):
    google.knows("1001", "ada@example.org", name="Ada Lovelace")
    response = sign_in_with_google("1001")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in_as(client) == "ada@example.org"
    assert User.objects.get().name == "Ada Lovelace"
    assert SocialAccount.objects.get().uid == "1001"


def test_a_second_sign_in_finds_the_account_by_sub_even_with_a_new_address(client, google, sign_in_with_google):
    google.knows("1002", "before@example.org")
    sign_in_with_google("1002")
    client.logout()
    google.knows("1002", "after@example.org")
    sign_in_with_google("1002")
    assert signed_in_as(client) == "before@example.org"
    assert User.objects.count() == 1


def test_p67_an_address_that_google_has_not_verified_is_refused(client, google, sign_in_with_google):
    google.knows("1003", "claimed@example.org", email_verified=False)
    response = sign_in_with_google("1003")
    assert response.status_code == 403
    assert "Google has not verified that claimed@example.org is your address" in response.content.decode()
    assert signed_in_as(client) is None
    assert not User.objects.exists()


def test_p67_a_known_account_is_refused_once_its_address_is_unverified(client, google, sign_in_with_google):
    google.knows("1004", "ada@example.org")
    sign_in_with_google("1004")
    client.logout()
    google.knows("1004", "ada@example.org", email_verified=False)
    assert sign_in_with_google("1004").status_code == 403
    assert signed_in_as(client) is None


@pytest.mark.parametrize("email", ["grace@example.org", "Grace@Example.org"])
def test_p67_the_address_of_somebody_else_is_refused_and_merges_nothing(
    client, grace, google, sign_in_with_google, email
):
    google.knows("1005", email)
    response = sign_in_with_google("1005")
    assert response.status_code == 403
    assert "it belongs to another sign-in" in response.content.decode()
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.exists()


def test_p67_two_google_accounts_with_one_address_stay_two(client, google, sign_in_with_google):
    google.knows("1006", "shared@example.org")
    google.knows("1007", "shared@example.org")
    sign_in_with_google("1006")
    client.logout()
    assert sign_in_with_google("1007").status_code == 403
    assert [account.uid for account in SocialAccount.objects.all()] == ["1006"]


def test_p67_a_token_from_another_issuer_is_refused(client, google, sign_in_with_google, monkeypatch):
    google.knows("1008", "ada@example.org")
    monkeypatch.setattr(google_views, "ID_TOKEN_ISSUER", "https://accounts.google.com")
    response = sign_in_with_google("1008")
    assert response.status_code == 401
    assert "Google could not sign you in" in response.content.decode()
    assert not User.objects.exists()


def test_p67_a_state_that_we_did_not_give_out_is_refused(client, google):
    to_google = client.post("/accounts/google/login/")
    back = urlsplit(google.approve(to_google["Location"], "1009"))
    code = parse_qs(back.query)["code"][0]
    assert client.get(back.path, {"code": code, "state": "forged"}).status_code == 401


def test_p67_a_callback_works_once(client, google):
    google.knows("1010", "ada@example.org")
    to_google = client.post("/accounts/google/login/")
    back = urlsplit(google.approve(to_google["Location"], "1010"))
    assert client.get(f"{back.path}?{back.query}").status_code == 302
    client.logout()
    assert client.get(f"{back.path}?{back.query}").status_code == 401


def test_who_says_no_at_google_is_told_that_nothing_changed(client, google):
    to_google = client.post("/accounts/google/login/")
    state = parse_qs(urlsplit(to_google["Location"]).query)["state"][0]
    answer = client.get("/accounts/google/login/callback/", {"error": "access_denied", "state": state}, follow=True)
    assert "Sign-in was cancelled" in answer.content.decode()
    assert signed_in_as(client) is None


def test_p63_the_callback_of_another_browser_is_refused(client, google):
    """Login CSRF: an attacker's answer from Google, opened in the victim's browser, signs nobody in."""
    google.knows("1011", "mallory@example.org")
    to_google = client.post("/accounts/google/login/")
    back = urlsplit(google.approve(to_google["Location"], "1011"))
    victim = type(client)()
    assert victim.get(f"{back.path}?{back.query}").status_code == 401
    assert signed_in_as(victim) is None


def test_the_request_to_google_carries_pkce_and_asks_for_openid(client, google):
    to_google = client.post("/accounts/google/login/")
    asked = parse_qs(urlsplit(to_google["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "email", "profile"}


def test_a_person_can_connect_google_to_their_account_and_sign_in_with_it(as_grace, google, sign_in_with_google):
    google.knows("1012", "grace.at.google@example.org")
    sign_in_with_google("1012", process="connect")
    as_grace.logout()
    sign_in_with_google("1012")
    assert signed_in_as(as_grace) == "grace@example.org"


def test_after_sign_in_one_lands_where_one_wanted_to_go(google, sign_in_with_google):
    google.knows("1013", "ada@example.org")
    assert sign_in_with_google("1013", next="/accounts/")["Location"] == "/accounts/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_p64_after_sign_in_one_never_lands_elsewhere(google, sign_in_with_google, target):
    google.knows("1014", "ada@example.org")
    assert sign_in_with_google("1014", next=target)["Location"] == "/"


def test_the_button_is_there_when_google_is_configured(client, google):
    assert "Sign in with Google" in client.get("/accounts/login/").content.decode()


def test_the_address_of_the_button_is_not_there_without_configuration(client):
    assert client.post("/accounts/google/login/").status_code == 404


def test_no_button_without_configuration(client):
    assert not django_settings.GOOGLE_CLIENT_ID
    assert "Google" not in client.get("/accounts/login/").content.decode()
