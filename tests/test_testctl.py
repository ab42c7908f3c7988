"""The test contract's command line: fixtures for black-box tests, and what PostgreSQL has."""

import json
import os
import subprocess
import sys
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Organization, User
from notebooks.documents import services
from notebooks.sharing.access import access_notebook
from notebooks.sharing.roles import Role
from tests.notebooks.documents.files import code, file_of, stream
from tests.running import ROOT
from tests.testctl import commands

pytestmark = pytest.mark.django_db


@pytest.fixture
def testctl(capsys):
    def run(*words: str) -> Any:
        assert commands.main(words) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return run


def test_a_user_is_made_once_and_can_sign_in_with_their_password(testctl) -> None:
    made = testctl("user", "ada@example.org", "--staff", "--password", "correct horse")
    again = testctl("user", "Ada@Example.org", "--name", "Ada")

    assert (made["created"], again["created"]) == (True, False)
    user = User.objects.get()
    assert user.pk == made["id"] == again["id"]
    assert user.is_staff and user.check_password("correct horse") and user.name == "Ada"


def test_a_session_is_a_cookie_that_signs_in(testctl, ada) -> None:
    cookie = testctl("session", ada.email)
    client = Client()
    client.cookies[cookie["name"]] = cookie["value"]

    assert client.get("/api/notebooks").status_code == 200


def test_a_token_signs_in(testctl, ada, client) -> None:
    token = testctl("token", ada.email)["token"]

    assert client.get("/api/notebooks", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_an_organization_has_its_members(testctl, ada, bob) -> None:
    testctl("org", "Lab", "--member", bob.email, "--admin", ada.email)

    roles = Organization.objects.get().memberships.values_list("user__name", "role")
    assert dict(roles) == {"Ada": "admin", "Bob": "member"}


def test_a_notebook_is_made_from_a_file_and_dumped_from_postgresql(testctl, ada, tmp_path) -> None:
    file = tmp_path / "x.ipynb"
    file.write_bytes(file_of(code("1 + 1", stream("two"), id="first", execution_count=4)))
    made = testctl("notebook", ada.email, "--file", str(file))

    found = testctl("dump", made["id"], "--json")

    [cell] = found["cells"]
    assert (cell["id"], cell["source"]) == ("first", "1 + 1")
    result = found["executions"][cell["execution"]]
    assert (result["count"], result["outputs"][0]["text"]) == (4, "two")
    assert (found["name"], found["owner"], found["epoch"]) == ("x.ipynb", ada.email, 1)


def test_a_notebook_is_shared_and_unshared(testctl, ada, bob, cleo) -> None:
    notebook = str(services.create_notebook(ada).pk)

    testctl("share", notebook, bob.email, "editor")
    shared = testctl("share", notebook, cleo.email, "viewer")
    assert [row["role"] for row in shared] == ["owner", "editor", "viewer"]
    left = testctl("share", notebook, bob.email, "none")
    assert [row["email"] for row in left] == [ada.email, cleo.email]


def test_a_notebook_is_shared_until_a_time_with_an_organization_and_by_a_link(testctl, ada, bob, cleo) -> None:
    notebook = str(services.create_notebook(ada).pk)
    lab = testctl("org", "Lab", "--member", ada.email, "--member", cleo.email)["id"]

    shared = testctl("share", notebook, bob.email, "editor", "--expires", "60")
    assert shared[1]["expires"]
    testctl("general", notebook, "organization", "--role", "commenter", "--organization", str(lab))
    assert access_notebook(cleo, notebook).role is Role.COMMENTER
    opened = testctl("general", notebook, "link")
    assert f"/notebooks/{notebook}?key=" in opened["link"]
    assert "?key=" not in testctl("general", notebook, "restricted")["link"]


def test_the_processes_are_those_that_the_supervisor_wrote_down(testctl, settings, tmp_path) -> None:
    settings.TOMONI_HOME = tmp_path
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "processes.json").write_text('{"web": [1, 2]}')

    assert testctl("ps") == {"web": [1, 2]}


def test_the_routes_name_their_roles(testctl) -> None:
    roles = {(route["path"], *route["methods"]): route["role"] for route in testctl("routes")}

    assert roles["/notebooks/<uuid:notebook_id>", "GET"] == "viewer"
    assert roles["/api/notebooks/<uuid:notebook_id>/shares", "PUT"] == "owner"
    assert roles["/ws/agent", "WEBSOCKET"] == "agent-token"
    assert roles["/", "GET", "HEAD"] == "public"
    assert roles["/api/notebooks", "GET"] == "signed-in"


@pytest.mark.parametrize(
    "words",
    [
        ("session", "nobody@example.org"),
        ("dump", str(uuid.uuid4())),
        ("notebook", "ada@example.org", "--file", "/nowhere"),
    ],
)
def test_what_is_not_there_is_one_line_and_a_failure(ada, capsys, words) -> None:
    assert commands.main(words) == 1

    answer = capsys.readouterr()
    assert answer.out == "" and answer.err.count("\n") == 1


@pytest.mark.django_db(transaction=True)
def test_it_takes_the_environment_of_the_installation_in_its_folder(tmp_path) -> None:
    name = connection.settings_dict["NAME"]
    address = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
    (tmp_path / "environment.json").write_text(json.dumps({"DATABASE_URL": address, "TOMONI_DATABASE_POOL": "0"}))
    environment = os.environ | {"TOMONI_HOME": str(tmp_path), "DATABASE_URL": "postgres://nowhere/nothing"}
    command = [sys.executable, "-m", "tests.testctl", "user", "eve@example.org"]

    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == User.objects.get(email="eve@example.org").pk
