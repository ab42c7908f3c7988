"""Anyone with the link: who comes by it has a role as long as that link is on, and nobody guesses it (P55)."""

import re
import uuid

import pytest
from django.test import Client

from notebooks.documents.services import trash_notebook
from notebooks.sharing.access import NoAccess, access_notebook, visible_notebooks
from notebooks.sharing.models import Sharing, Visit
from notebooks.sharing.openings import address_of, open_to, renew_link
from notebooks.sharing.people import sharing_of
from notebooks.sharing.roles import Role
from notebooks.sharing.services import CannotShare, stop_sharing

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(notebook, settings):
    """The path of a link by which one may comment."""
    open_to(notebook, "link", "commenter")
    return link_of(notebook, settings)


def link_of(notebook, settings) -> str:
    return address_of(notebook, sharing_of(notebook)).removeprefix(settings.TOMONI_ADDRESS)


@pytest.fixture
def as_cleo(client, cleo):
    client.force_login(cleo)
    return client


def role_of(person, notebook) -> Role:
    try:
        return access_notebook(person, notebook.pk).role
    except NoAccess:
        return Role.NONE


def test_who_comes_by_the_link_has_its_role_and_finds_the_notebook_again(as_cleo, cleo, notebook, link) -> None:
    plain = f"/notebooks/{notebook.pk}"
    assert as_cleo.get(plain).status_code == 404

    answer = as_cleo.get(link)

    assert (answer.status_code, answer.headers["Location"]) == (302, plain)
    assert as_cleo.get(plain).status_code == 200
    assert role_of(cleo, notebook) is Role.COMMENTER
    [listed] = visible_notebooks(cleo)
    assert listed.notebook == notebook and str(listed.shared_by) == "ada@example.org"


def test_who_has_more_than_the_link_gives_keeps_it(client, bob, notebook, link) -> None:
    client.force_login(bob)
    assert client.get(link).status_code == 302

    assert role_of(bob, notebook) is Role.EDITOR


def test_the_link_brings_those_in_who_sign_in_first(cleo, notebook, link) -> None:
    answer = Client().get(link)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/notebooks/")
    assert link.split("key=")[1] in answer.headers["Location"]
    assert not Visit.objects.exists()


@pytest.mark.parametrize("how", ["off", "renewed", "sharing stopped", "off and on again", "trash"])
def test_p56_access_by_the_link_ends_with_the_link(as_cleo, ada, cleo, notebook, link, how) -> None:
    as_cleo.get(link)
    if how == "renewed":
        renew_link(notebook)
    elif how == "sharing stopped":
        stop_sharing(notebook)
    elif how == "trash":
        trash_notebook(notebook)
    else:
        open_to(notebook, "restricted")
    if how == "off and on again":
        open_to(notebook, "link")

    assert role_of(cleo, notebook) is Role.NONE
    assert visible_notebooks(cleo) == []
    assert as_cleo.get(link).status_code == 404


def test_an_old_visit_is_worth_nothing_even_if_it_is_still_noted(as_cleo, cleo, notebook, link) -> None:
    as_cleo.get(link)
    Sharing.objects.filter(notebook=notebook).update(key="another")

    assert role_of(cleo, notebook) is Role.NONE


def test_another_role_by_the_same_link(as_cleo, cleo, notebook, link, settings) -> None:
    as_cleo.get(link)
    open_to(notebook, "link", "viewer")

    assert link_of(notebook, settings) == link
    assert role_of(cleo, notebook) is Role.VIEWER


def test_p55_a_wrong_key_looks_as_if_there_were_no_notebook(as_cleo, notebook, link) -> None:
    answers = [
        as_cleo.get(f"/notebooks/{identity}?key={key}")
        for identity in (notebook.pk, uuid.uuid4())
        for key in ("x", "", "%00", "鍵", "x" * 5000)
    ]

    changing = re.compile(rb"[0-9a-f]{8}|[0-9a-zA-Z]{64}|key=[^\"&]*")  # support ids, parts of addresses, CSRF tokens
    assert {answer.status_code for answer in answers} == {404}
    assert len({changing.sub(b"", answer.content) for answer in answers}) == 1
    assert not Visit.objects.exists()


def test_p55_keys_are_long_and_never_the_same(notebook, settings) -> None:
    keys = set()
    for _ in range(20):
        open_to(notebook, "link")
        keys.add(link_of(notebook, settings).split("key=")[1])
        open_to(notebook, "restricted")

    assert len(keys) == 20
    assert min(map(len, keys)) * 6 >= 128  # letters of Base64


def test_p55_p68_guessing_is_limited_for_each_person(as_cleo, vera, notebook, link, settings) -> None:
    settings.TOMONI_LINK_GUESSES_PER_HOUR = 3
    guesses = [as_cleo.get(f"/notebooks/{notebook.pk}?key={number}") for number in range(4)]

    assert [answer.status_code for answer in guesses] == [404, 404, 404, 429]
    assert 0 < int(guesses[-1].headers["Retry-After"]) <= 3600
    assert as_cleo.get(link).status_code == 429, "a right guess among too many would be told from the wrong ones"
    as_cleo.force_login(vera)
    assert as_cleo.get(link).status_code == 302


def test_p55_the_key_is_kept_from_others(as_cleo, notebook, link) -> None:
    for answer in (as_cleo.get(link), Client().get(link), as_cleo.get(f"/notebooks/{notebook.pk}")):
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_link_gives_no_more_than_one_can_give(notebook) -> None:
    for scope, role in (("link", "owner"), ("link", "none"), ("everybody", "viewer")):
        with pytest.raises(CannotShare):
            open_to(notebook, scope, role)
    with pytest.raises(CannotShare, match="no link to renew"):
        renew_link(notebook)
