"""Secrets are sealed, their owner's alone, and code gets them only where they are granted."""

import json

import pytest
from django.db import connection
from django.test import Client

from accounts.standing import BY
from notebooks.documents import services as documents
from notebooks.documents.trash import delete_for_ever
from runtimes.userdata import services
from runtimes.userdata.models import Secret, SecretGrant
from runtimes.userdata.services import BadSecret, NoSecret, NotGranted

pytestmark = pytest.mark.django_db
VALUE = "sk-秘密-\U0001f511"


def test_code_gets_it_only_in_a_notebook_to_which_it_is_granted(ada) -> None:
    services.keep_secret(ada, "one", "KEY", VALUE, True)
    assert services.secret_for(ada, "one", "KEY") == VALUE
    with pytest.raises(NotGranted):
        services.secret_for(ada, "two", "KEY")
    services.keep_secret(ada, "one", "KEY", None, False)
    with pytest.raises(NotGranted):
        services.secret_for(ada, "one", "KEY")


def test_nobody_elses_machine_gets_it(ada, bob) -> None:
    services.keep_secret(ada, "one", "KEY", VALUE, True)
    with pytest.raises(NoSecret):
        services.secret_for(bob, "one", "KEY")


def test_the_database_holds_nothing_that_could_be_read(ada) -> None:
    services.keep_secret(ada, "one", "KEY", "plain-as-day", True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM userdata_secret")
        sealed = bytes(cursor.fetchone()[0])
    assert b"plain-as-day" not in sealed and b"plain" not in sealed


def test_with_another_key_it_is_told_to_be_entered_again_and_with_the_old_one_beside_it_opens(ada, settings) -> None:
    services.keep_secret(ada, "one", "KEY", VALUE, True)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key" * 5
    with pytest.raises(BadSecret, match="Enter its value again"):
        services.secret_for(ada, "one", "KEY")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert services.secret_for(ada, "one", "KEY") == VALUE


def test_a_change_of_the_value_leaves_the_grants(ada) -> None:
    services.keep_secret(ada, "one", "KEY", "old", True)
    services.keep_secret(ada, "two", "KEY", "new", None)
    assert services.secret_for(ada, "one", "KEY") == "new"
    assert [(secret.name, secret.granted) for secret in services.list_secrets(ada, "two")] == [("KEY", False)]


@pytest.mark.parametrize("name", ["", "two words", "x" * 101, "line\nbreak", "nul\0"])
def test_a_name_that_is_none_is_refused(ada, name) -> None:
    with pytest.raises(BadSecret):
        services.keep_secret(ada, "one", name, VALUE, True)


def test_too_long_and_too_many_are_refused_in_a_sentence(ada, monkeypatch) -> None:
    with pytest.raises(BadSecret, match="64 KiB"):
        services.keep_secret(ada, "one", "KEY", "x" * (64 * 1024 + 1), True)
    monkeypatch.setattr(services, "MOST", 1)
    services.keep_secret(ada, "one", "KEY", VALUE, True)
    with pytest.raises(BadSecret, match="already"):
        services.keep_secret(ada, "one", "OTHER", VALUE, True)
    services.keep_secret(ada, "one", "KEY", "changed", True)


def test_with_the_notebook_its_grants_end_and_the_secret_stays(ada) -> None:
    notebook = documents.create_notebook(ada)
    services.keep_secret(ada, str(notebook.pk), "KEY", VALUE, True)
    documents.trash_notebook(notebook)
    assert delete_for_ever(notebook)
    assert not SecretGrant.objects.exists()
    assert Secret.objects.count() == 1


# The calls of the page.


def call(client: Client, method: str, notebook, path: str = "", **body):
    address = f"/api/notebooks/{notebook.pk}/secrets{path}"
    return client.generic(method, address, json.dumps(body), content_type="application/json")


def test_a_page_keeps_lists_reads_and_deletes_its_persons_secrets(client, ada, bob, notebook) -> None:
    client.force_login(ada)
    assert call(client, "PUT", notebook, name="KEY", value=VALUE, granted=True).status_code == 204
    assert call(client, "GET", notebook).json() == [{"name": "KEY", "granted": True}]
    read = call(client, "POST", notebook, "/value", name="KEY")
    assert (read.json(), read.headers["Cache-Control"]) == ({"value": VALUE}, "no-store")

    client.force_login(bob)  # an editor of the same notebook
    assert call(client, "GET", notebook).json() == []
    assert call(client, "POST", notebook, "/value", name="KEY").json() == {"value": None}
    assert call(client, "DELETE", notebook, "?name=KEY").status_code == 204

    client.force_login(ada)
    assert call(client, "DELETE", notebook, "?name=KEY").status_code == 204
    assert call(client, "GET", notebook).json() == []


def test_a_grant_of_what_is_not_there_is_refused(client, ada, notebook) -> None:
    client.force_login(ada)
    assert call(client, "PUT", notebook, name="KEY", granted=True).status_code == 404
    assert call(client, "PUT", notebook, name="bad name", value="x").json()["code"] == "bad-secret"


def test_an_administrator_in_somebody_elses_name_reads_and_changes_none(client, ada, notebook) -> None:
    services.keep_secret(ada, str(notebook.pk), "KEY", VALUE, False)
    client.force_login(ada)
    session = client.session
    session[BY] = 1
    session.save()
    for answer in (
        call(client, "POST", notebook, "/value", name="KEY"),
        call(client, "PUT", notebook, name="KEY", granted=True),
        call(client, "DELETE", notebook, "?name=KEY"),
    ):
        assert answer.status_code == 403
    assert services.read_secret(ada, "KEY") == VALUE
