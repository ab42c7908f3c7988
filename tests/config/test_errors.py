"""Every failure is a sentence with a support id, which the log has too."""

import re

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_crashing_addresses(settings):
    settings.ROOT_URLCONF = "tests.accounts.api_urls"


@pytest.fixture
def visitor(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("visitor@example.org"))
    client.raise_request_exception = False
    return client


def test_a_missing_page_says_so_without_telling_whether_it_exists(visitor, caplog):
    caplog.set_level("INFO", logger="tomoni.errors")
    answer = visitor.get("/nowhere")
    assert answer.status_code == 404
    support = re.findall(r"<code>(\w{8})</code>", answer.content.decode())[0]
    assert f"support id {support}: 404 GET /nowhere" in caplog.text


def test_a_crash_tells_nothing_but_a_support_id_and_the_log_has_the_rest(visitor, caplog):
    answer = visitor.get("/crash")
    page = answer.content.decode()
    support = re.findall(r"<code>(\w{8})</code>", page)[0]
    assert answer.status_code == 500
    assert "planted" not in page
    record = next(record for record in caplog.records if f"support id {support}" in record.getMessage())
    assert record.exc_info[0] is ZeroDivisionError


def test_the_api_fails_in_json(visitor):
    answer = visitor.get("/api/crash")
    assert (answer.status_code, answer.json()["code"]) == (500, "server-error")
    assert visitor.get("/api/nowhere").json()["code"] == "not-found"


@pytest.mark.parametrize("address", ["/away", "/api/away"])
def test_p14_a_database_that_takes_nobody_is_no_error_but_a_wait(visitor, address):
    answer = visitor.get(address, headers={"Accept-Language": "ja"})
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "planted" not in answer.content.decode()
    if address.startswith("/api"):
        assert answer.json()["code"] == "unavailable"
