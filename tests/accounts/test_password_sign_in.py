"""Accounts with a password: a confirmed address first, and limits that spare a classroom."""

import re
from html import unescape
from urllib.parse import unquote, urlencode

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


def is_signed_in(client):
    return client.get("/accounts/").status_code == 200


def sign_up(client, email="new@example.org"):
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD})


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": email, "password": password}, **extra)


def link_in(letter):
    return re.findall(r"http://localhost:8000(/\S+)", letter.body)[0]


def test_signing_up_asks_for_a_confirmed_address_first(client, mailoutbox):
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    confirm = link_in(mailoutbox[0])
    assert client.get(confirm).status_code == 200
    client.post(confirm)
    sign_in(client, "new@example.org")
    assert is_signed_in(client)


def test_after_signing_up_one_lands_where_one_wanted_to_go(client, mailoutbox):
    wish = "/notebooks/6f9619ff-8b86-4d01-b42d-00cf4fc964ff?key=a-b_c"
    begun = client.get(wish, follow=True)
    sign_up_page = client.get(f"/accounts/signup/?{urlencode({'next': wish})}")
    assert wish in unescape(sign_up_page.content.decode())
    assert f"signup/?next={wish}" in unquote(unescape(begun.content.decode()))

    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD, "next": wish})
    confirm = link_in(mailoutbox[0])
    assert confirm in unescape(client.get(confirm).content.decode())
    assert client.post(confirm)["Location"] == wish


def test_a_letter_that_is_opened_in_another_browser_leads_there_by_signing_in(client, mailoutbox):
    wish = "/notebooks/6f9619ff-8b86-4d01-b42d-00cf4fc964ff?key=a-b_c"
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD, "next": wish})
    other = Client()

    assert other.post(link_in(mailoutbox[0]))["Location"] == wish
    assert unquote(other.get(wish)["Location"]) == f"/accounts/login/?next={wish}"
    entered = other.post("/accounts/login/", {"login": "new@example.org", "password": PASSWORD, "next": wish})
    assert entered["Location"] == wish


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_p64_a_letter_leads_nowhere_else(client, mailoutbox, target):
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD, "next": target})
    confirm = link_in(mailoutbox[0])
    assert "next" not in confirm

    assert Client().post(f"{confirm}?{urlencode({'next': target})}")["Location"] == "/accounts/login/"


def test_an_unconfirmed_address_cannot_sign_in(client):
    sign_up(client)
    sign_in(client, "new@example.org")
    assert not is_signed_in(client)


def test_an_address_is_compared_without_regard_to_case(client, grace):
    sign_in(client, "GRACE@example.ORG")
    assert is_signed_in(client)


def test_p77_signing_up_does_not_tell_whether_an_address_is_known(client, grace, mailoutbox):
    known, unknown = sign_up(client, grace.email), sign_up(Client(), "unknown@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert mailoutbox[0].subject == "You have an account at Tomoni already"
    assert User.objects.filter(email__iexact=grace.email).count() == 1


def test_p77_signing_up_makes_as_many_hashes_for_a_known_address_as_for_another(client, grace, monkeypatch):
    made = []
    hasher = type(get_hasher())
    encode = hasher.encode

    def counted(self, *words):
        made.append(words)
        return encode(self, *words)

    monkeypatch.setattr(hasher, "encode", counted)

    sign_up(client, "unknown@example.org")
    for_an_unknown = len(made)
    sign_up(Client(), grace.email)

    assert for_an_unknown == 1
    assert len(made) == 2 * for_an_unknown


def test_a_forgotten_password_is_replaced_by_letter(client, grace, mailoutbox):
    client.post("/accounts/password/reset/", {"email": grace.email})
    form = client.get(link_in(mailoutbox[0]), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "a wholly new secret", "password2": "a wholly new secret"})
    fresh = Client()
    sign_in(fresh, grace.email, "a wholly new secret")
    assert is_signed_in(fresh)


def test_p73_letters_link_to_our_configured_address_whatever_the_host_header_says(client, grace, mailoutbox):
    client.post("/accounts/password/reset/", {"email": grace.email}, headers={"Host": "127.0.0.1:9"})
    assert "http://localhost:8000/accounts/password/reset/key/" in mailoutbox[0].body


def test_p66_a_changed_password_ends_the_other_sessions(client, grace):
    elsewhere = Client()
    sign_in(elsewhere, grace.email)
    sign_in(client, grace.email)
    change = {"oldpassword": PASSWORD, "password1": "another long secret", "password2": "another long secret"}
    assert client.post("/accounts/password/change/", change).status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_a_class_of_forty_signs_in_from_one_address_at_once(client, db):
    for number in range(40):
        assert sign_up(Client(), f"pupil{number}@school.example").status_code == 302


def test_one_account_is_not_guessed_at_forever(client, grace):
    answers = [sign_in(Client(), grace.email, "guess").content.decode() for _ in range(12)]
    assert "Too many failed login attempts" in answers[-1]
    sign_in(client, grace.email)
    assert not is_signed_in(client)


def test_p68_a_forged_forwarded_address_does_not_reset_the_count(client, grace):
    for number in range(12):
        answer = sign_in(Client(), grace.email, "guess", headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert "Too many failed login attempts" in answer.content.decode()


def test_nobody_signs_up_where_it_is_closed(client, settings):
    settings.TOMONI_SIGNUP_OPEN = False
    assert "New accounts cannot be made here" in sign_up(client).content.decode()
    assert not User.objects.exists()


def test_p68_120_people_sign_in_from_one_address_in_a_minute_while_a_guesser_there_is_locked_out(client, grace):
    for number in range(12):
        answer = sign_in(Client(), grace.email, f"guess {number}")
    assert "Too many failed login attempts" in answer.content.decode()
    people = [made(f"pupil{number}@school.example") for number in range(120)]
    browsers = [Client() for _ in people]
    for browser, person in zip(browsers, people, strict=True):
        sign_in(browser, person.email, "mistyped")  # some of them twice: whoever mistypes is not the guesser
        sign_in(browser, person.email)
    assert all(is_signed_in(browser) for browser in browsers)
    sign_in(client, grace.email)
    assert not is_signed_in(client)


def made(email):
    user = User.objects.create_user(email, PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
