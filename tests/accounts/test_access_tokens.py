"""Access tokens let programs use the API as their owner, and nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AccessToken, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_an_api(settings):
    settings.ROOT_URLCONF = "tests.accounts.api_urls"


def ask(secret, method="get", path="/api/whoami", client=None):
    client = client or Client(enforce_csrf_checks=True)
    return getattr(client, method)(path, headers={"Authorization": f"Bearer {secret}"})


def test_a_token_is_its_owner_and_needs_no_csrf_token(grace):
    _token, secret = AccessToken.objects.issue(grace, "script")
    assert ask(secret).json() == {"email": "grace@example.org"}
    assert ask(secret, "post").json() == {"email": "grace@example.org"}


def test_only_a_digest_of_the_secret_is_kept(grace):
    token, secret = AccessToken.objects.issue(grace, "script")
    assert secret.startswith(token.prefix)
    assert secret not in str(vars(token))
    assert len(secret) > 40


def test_using_a_token_notes_when(grace):
    token, secret = AccessToken.objects.issue(grace, "script")
    ask(secret)
    token.refresh_from_db()
    assert token.last_used_at
    assert timezone.now() - token.last_used_at < timedelta(minutes=1)


@pytest.mark.parametrize("wrong", ["", "tomoni_wrong", "\x00", "ü", "x" * 5000])
def test_a_wrong_token_is_refused_even_beside_a_good_session(as_grace, wrong):
    assert ask(wrong, client=as_grace).status_code == 401


def test_an_expired_token_is_refused(grace):
    _token, secret = AccessToken.objects.issue(grace, "script", expires=timezone.now() - timedelta(seconds=1))
    assert ask(secret).status_code == 401


def test_the_token_of_a_switched_off_account_is_refused(grace):
    _token, secret = AccessToken.objects.issue(grace, "script")
    User.objects.update(is_active=False)
    assert ask(secret).status_code == 401


def test_a_token_opens_no_pages(grace):
    _token, secret = AccessToken.objects.issue(grace, "script")
    assert ask(secret, path="/accounts/").status_code == 302


def test_a_session_without_csrf_token_may_not_post_to_the_api(grace):
    client = Client(enforce_csrf_checks=True)
    client.force_login(grace)
    assert client.post("/api/whoami").status_code == 403


def test_a_token_is_made_on_the_account_page_and_shown_once(as_grace, grace):
    page = as_grace.post("/accounts/tokens/", {"name": "my script", "days": "30"}).content.decode()
    token = AccessToken.objects.get(user=grace)
    secret = page.split('class="secret" readonly value="')[1].split('"')[0]
    assert ask(secret).json() == {"email": "grace@example.org"}
    assert token.expires
    assert timedelta(days=29) < token.expires - timezone.now() < timedelta(days=31)
    assert secret not in as_grace.get("/accounts/").content.decode()


def test_a_revoked_token_is_refused(as_grace, grace):
    token, secret = AccessToken.objects.issue(grace, "script")
    as_grace.post(f"/accounts/tokens/{token.pk}/revoke/")
    assert ask(secret).status_code == 401


def test_p57_nobody_revokes_the_token_of_somebody_else(as_grace):
    token, secret = AccessToken.objects.issue(User.objects.create_user("other@example.org"), "script")
    assert as_grace.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert ask(secret).status_code == 200
