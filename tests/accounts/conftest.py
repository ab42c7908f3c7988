"""Fixtures for people: somebody with a password, and a provider in Google's place."""

from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.google import views as google_views
from django.conf import settings as django_settings

from accounts.models import User
from tests.google import running_provider

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Tests check who may pass, not how long a guess takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def grace(db):
    """A person with a confirmed address and a password."""
    user = User.objects.create_user("grace@example.org", PASSWORD, name="Grace")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def as_grace(client, grace):
    client.force_login(grace)
    return client


@pytest.fixture(scope="session")
def google_server():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def google(google_server, settings, monkeypatch):
    """The provider, configured as Google. allauth keeps the addresses on its adapter since it was imported."""
    environment = google_server.environment
    adapter = google_views.GoogleOAuth2Adapter
    monkeypatch.setattr(adapter, "authorize_url", environment["GOOGLE_AUTHORIZE_URL"])
    monkeypatch.setattr(adapter, "access_token_url", environment["GOOGLE_TOKEN_URL"])
    monkeypatch.setattr(google_views, "ID_TOKEN_ISSUER", environment["GOOGLE_ID_TOKEN_ISSUER"])
    app = {"client_id": environment["GOOGLE_CLIENT_ID"], "secret": environment["GOOGLE_CLIENT_SECRET"]}
    providers = django_settings.SOCIALACCOUNT_PROVIDERS
    settings.SOCIALACCOUNT_PROVIDERS = providers | {"google": providers["google"] | {"APPS": [app]}}
    settings.GOOGLE_CLIENT_ID = app["client_id"]
    settings.GOOGLE_AUTHORIZE_URL = environment["GOOGLE_AUTHORIZE_URL"]
    settings.ALLOWED_HOSTS = ["testserver"]
    return google_server


@pytest.fixture
def sign_in_with_google(client, google):
    """Walk the whole way: our button, the provider's button, our callback. Returns the callback's response."""

    def walk(sub, **posted):
        to_google = client.post("/accounts/google/login/", posted)
        back = urlsplit(google.approve(to_google["Location"], sub))
        return client.get(f"{back.path}?{back.query}")

    return walk


@pytest.fixture
def school(google_server, settings):
    """The provider, configured as a school's own."""
    app = {
        "provider_id": "school",
        "name": "Our School",
        "client_id": "tomoni-tests",
        "secret": "a secret between us",
        "settings": {"server_url": google_server.address, "oauth_pkce_enabled": True},
    }
    settings.SOCIALACCOUNT_PROVIDERS = django_settings.SOCIALACCOUNT_PROVIDERS | {"openid_connect": {"APPS": [app]}}
    settings.OIDC_SERVER_URL, settings.OIDC_CLIENT_ID, settings.OIDC_NAME = (
        google_server.address,
        "tomoni-tests",
        "Our School",
    )
    settings.ALLOWED_HOSTS = ["testserver"]
    return google_server


@pytest.fixture
def sign_in_at_school(client, school):
    """Walk the whole way; the callback's response."""

    def walk(sub, **posted):
        there = client.post("/accounts/oidc/school/login/", posted)
        back = urlsplit(school.approve(there["Location"], sub))
        return client.get(f"{back.path}?{back.query}")

    return walk
