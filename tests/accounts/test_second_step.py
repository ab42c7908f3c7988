"""A second step: after the password the code of an app, or one of the recovery codes."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


def code_of(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def sign_in(client, email):
    return client.post("/accounts/login/", {"login": email, "password": PASSWORD})


def be_sure(client):
    """Say the password once more, as these pages ask of everybody."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/"})


def is_signed_in(client):
    return client.get("/accounts/").status_code == 200


@pytest.fixture
def secret(client, grace):
    """What Grace's app knows, set up by her over our pages."""
    sign_in(client, grace.email)
    be_sure(client)
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    cache.clear()  # a code counts once: what follows comes later
    return secret


def test_the_password_alone_no_longer_signs_in(secret, grace):
    other = Client()
    assert sign_in(other, grace.email)["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_signed_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": "000000" if code_of(secret) != "000000" else "000001"})
    assert not is_signed_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert is_signed_in(other)


def test_a_recovery_code_lets_in_once(secret, grace, client):
    codes = Authenticator.objects.get(user=grace, type="recovery_codes").wrap().get_unused_codes()
    outcomes = []
    for _ in range(2):
        other = Client()
        sign_in(other, grace.email)
        other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        outcomes.append(is_signed_in(other))
    assert outcomes == [True, False]
    assert codes[1] in client.get("/accounts/2fa/recovery-codes/").content.decode()


def test_codes_are_not_guessed_at_forever(secret, grace):
    other = Client()
    sign_in(other, grace.email)
    wrong = next(number for number in ("111111", "222222") if number != code_of(secret))
    answers = [other.post("/accounts/2fa/authenticate/", {"code": wrong}).content.decode() for _ in range(12)]
    assert "Too many" in answers[-1] and "Too many" not in answers[0]
    other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert not is_signed_in(other)


def test_who_has_been_signed_in_for_long_is_asked_again_before_the_app_is_switched_off(secret, client, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert "/reauthenticate/" in client.post("/accounts/2fa/totp/deactivate/")["Location"]
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.parametrize("path", ["", "totp/activate/", "webauthn/", "recovery-codes/generate/"])
def test_the_pages_are_ours_in_both_languages(client, grace, path):
    sign_in(client, grace.email)
    be_sure(client)
    for language, word in (("en", "Back to"), ("ja", "戻る")):
        page = client.get(f"/accounts/2fa/{path}?hl={language}").content.decode()
        assert word in page and "pages.css" in page
