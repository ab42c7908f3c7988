"""The sandboxed frame's page: open to all, the same for all, and without any power."""

import pytest
from django.test import Client, override_settings


def directives(response) -> dict[str, list[str]]:
    policy = response.headers["Content-Security-Policy"]
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


@pytest.fixture
def frame(client: Client):
    return client.get("/sandbox/frame")


@pytest.mark.django_db
def test_p59_a_stranger_gets_it_without_cookies(frame) -> None:
    assert frame.status_code == 200
    assert not frame.cookies


@pytest.mark.django_db
def test_it_is_the_same_page_for_everybody(frame, ada) -> None:
    hers = Client()
    hers.force_login(ada)
    assert hers.get("/sandbox/frame").content == frame.content
    assert frame.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.django_db
def test_p59_its_origin_is_opaque_even_when_it_is_opened_directly(frame) -> None:
    assert set(directives(frame)["sandbox"]) == {"allow-scripts", "allow-popups", "allow-downloads"}


@pytest.mark.django_db
@override_settings(TOMONI_ORIGINS=["https://lab.example"])
def test_p59_only_our_own_pages_may_hold_it(client: Client) -> None:
    frame = client.get("/sandbox/frame")
    assert directives(frame)["frame-ancestors"] == ["https://lab.example"]
    assert "X-Frame-Options" not in frame.headers


@pytest.mark.django_db
@override_settings(TOMONI_ORIGINS=["https://lab.example"], STATIC_URL="/static/", TOMONI_FRAME_HTTPS=False)
def test_a_closed_network_lets_it_load_our_files_only(client: Client) -> None:
    policy = directives(client.get("/sandbox/frame"))
    assert not any("https:" in values for values in policy.values())
    assert "https://lab.example/static/" in policy["script-src"]
    assert policy["default-src"] == ["'none'"]


@pytest.mark.django_db
def test_p59_it_never_reaches_a_socket_or_a_form_of_ours(frame) -> None:
    policy = directives(frame)
    assert policy["form-action"] == ["'none'"]
    assert not any(value.startswith(("ws", "http:")) for value in policy["connect-src"])


@pytest.mark.django_db
def test_p59_it_takes_no_orders(client: Client) -> None:
    assert client.post("/sandbox/frame").status_code == 405
