"""Who is not signed in gets the landing page, the sign-in pages and the health pages, and nothing else."""

import pytest

from tests.accounts.routes import every_path

pytestmark = pytest.mark.django_db

FOR_EVERYBODY = {
    "",
    "healthz",
    "readyz",
    "sandbox/frame",
    "metrics",  # from this machine, or with its token
    "api/feedback",
    "feedback/<int:number>",  # with the key that its sender got by mail
    "feedback/<int:number>/screenshot",
    "comments/mail/<str:token>",  # in letters about comments
    "organizations/domain/<str:secret>",  # in the letter to who looks after a domain's mail
    "accounts/link/<str:secret>",
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/signup/",
    "accounts/confirm-email/",
    "accounts/confirm-email/(?P<key>[-:\\w]+)/$",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/done/",
    "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    "accounts/login/code/confirm/",
    "accounts/reopen/<str:secret>",  # in the letter about a closed account
    "accounts/2fa/authenticate/",  # the second step of signing in
    "accounts/2fa/webauthn/login/",
    "accounts/3rdparty/login/cancelled/",
    "accounts/3rdparty/signup/",
    "accounts/oidc/(?P<provider_id>[^/]+)/login/",
    "accounts/oidc/(?P<provider_id>[^/]+)/login/callback/",
    "accounts/google/login/",
    "accounts/google/login/callback/",
}


def needs_sign_in(response):
    return response.status_code == 401 or (
        response.status_code == 302
        and response["Location"].startswith(("/accounts/login/?next=", "/admin/login/?next="))
    )


def test_every_address_needs_sign_in_unless_it_is_listed(client):
    answers = {route: client.get(path) for route, path in every_path()}
    strays = [route for route, answer in answers.items() if answer.resolver_match.route != route]
    assert not strays, "a sample path of these routes leads elsewhere"
    assert {route for route, answer in answers.items() if not needs_sign_in(answer)} == FOR_EVERYBODY


def test_a_page_leads_to_sign_in_and_back(client, grace):
    first = client.get("/accounts/?hl=ja")
    assert first["Location"] == "/accounts/login/?next=/accounts/%3Fhl%3Dja"
    then = client.post(
        first["Location"], {"login": grace.email, "password": "correct horse battery", "next": "/accounts/"}
    )
    assert then["Location"] == "/accounts/"


def test_the_api_answers_401_in_json(client, settings):
    settings.ROOT_URLCONF = "tests.accounts.api_urls"
    response = client.get("/api/whoami")
    assert response.status_code == 401
    assert response.json()["message"] == "Sign in first, or send an access token."


def test_administration_pages_refuse_who_is_no_administrator(as_grace):
    assert as_grace.get("/admin/", follow=True).status_code == 403
