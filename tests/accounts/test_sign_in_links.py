"""A sign-in link lets one person in, once, within a day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import SignInLink, User
from accounts.services import make_sign_in_link

pytestmark = pytest.mark.django_db


def is_signed_in(client):
    return client.get("/accounts/").status_code == 200


def test_a_link_signs_in(client, grace):
    path = make_sign_in_link(grace)
    assert client.post(path)["Location"] == "/"
    assert is_signed_in(client)


def test_looking_at_a_link_does_not_use_it_up(client, grace):
    path = make_sign_in_link(grace)
    assert client.get(path).status_code == 200
    assert not is_signed_in(client)
    client.post(path)
    assert is_signed_in(client)


def test_a_link_works_once(client, grace):
    path = make_sign_in_link(grace)
    Client().post(path)
    assert client.post(path).status_code == 410
    assert not is_signed_in(client)


def test_a_link_ends_after_a_day(client, grace):
    path = make_sign_in_link(grace)
    SignInLink.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert client.post(path).status_code == 410


def test_the_link_of_a_switched_off_account_is_dead(client, grace):
    path = make_sign_in_link(grace)
    User.objects.update(is_active=False)
    assert client.post(path).status_code == 410


def test_an_invented_link_is_dead(client):
    assert client.post("/accounts/link/invented").status_code == 410


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_at_once_one_gets_in(grace):
    path = make_sign_in_link(grace)

    def press(_):
        try:
            return Client().post(path).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(press, range(8))) == [302] + [410] * 7


def test_p65_the_session_gets_a_new_key(client, grace):
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["tomoni-session"] = before
    client.post(make_sign_in_link(grace))
    assert client.session.session_key != before


def test_the_command_makes_an_administrator_and_prints_a_link_that_works(client, capsys, settings):
    call_command("signinlink", "root@example.org", "--create-admin")
    link = capsys.readouterr().out.strip()
    client.post(link.removeprefix(settings.TOMONI_ADDRESS))
    assert client.get("/admin/").status_code == 200


def test_the_command_says_when_nobody_has_that_address():
    with pytest.raises(CommandError, match=r"Nobody has the address nobody@example\.org"):
        call_command("signinlink", "nobody@example.org")
