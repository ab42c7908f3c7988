"""The language of a page: what `?hl=` says, then the account, then the browser."""

import pytest

pytestmark = pytest.mark.django_db

JAPANESE = {"Accept-Language": "ja,en;q=0.5"}


def language_of(client, path="/accounts/login/", **headers):
    answer = client.get(path, headers=headers)
    return answer.content.decode().split('<html lang="')[1][:2]


def test_the_browser_decides_when_nobody_else_does(client):
    assert language_of(client, **JAPANESE) == "ja"
    assert language_of(client, **{"Accept-Language": "ko"}) == "en"


def test_the_account_comes_before_the_browser(as_grace, grace):
    grace.locale = "en"
    grace.save()
    assert language_of(as_grace, "/accounts/", **JAPANESE) == "en"


@pytest.mark.parametrize("asked", ["ja", "ja-JP", "JA"])
def test_hl_comes_before_both_and_is_remembered(as_grace, grace, asked):
    grace.locale = "en"
    grace.save()
    assert language_of(as_grace, f"/accounts/?hl={asked}") == "ja"
    assert language_of(as_grace, "/accounts/") == "ja"


@pytest.mark.parametrize("asked", ["", "xx", "../../etc", "ja\x00", "%00", "j" * 1000])
def test_an_unknown_hl_changes_nothing(client, asked):
    assert language_of(client, f"/accounts/login/?hl={asked}") == "en"


def test_choosing_on_the_account_page_ends_what_hl_said(as_grace):
    as_grace.get("/accounts/?hl=ja")
    as_grace.post("/accounts/", {"name": "Grace", "locale": "en", "theme": "dark"})
    assert language_of(as_grace, "/accounts/") == "en"
    assert 'data-theme="dark"' in as_grace.get("/accounts/").content.decode()


def test_the_account_page_refuses_a_language_that_we_do_not_have(as_grace, grace):
    assert as_grace.post("/accounts/", {"name": "x", "locale": "xx", "theme": "dark"}).status_code == 422
    grace.refresh_from_db()
    assert (grace.name, grace.locale, grace.theme) == ("Grace", "", "adaptive")


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_every_page_of_a_visitor_speaks_japanese(client, path):
    assert language_of(client, f"{path}?hl=ja") == "ja"


@pytest.mark.parametrize("path", ["/", "/accounts/", "/accounts/email/", "/accounts/logout/", "/nowhere"])
def test_every_page_of_a_person_speaks_japanese(as_grace, path):
    assert language_of(as_grace, f"{path}?hl=ja") == "ja"
