"""The pages: home and its forms, the editor, downloads."""

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from notebooks.documents import services
from notebooks.documents.models import Notebook
from tests.notebooks.documents.files import code, file_of, stream

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


def upload(client, name, raw) -> Any:
    return client.post("/notebooks/upload", {"file": SimpleUploadedFile(name, raw)})


def test_home_lists_mine_and_what_is_shared_with_me(client, notebook, bob) -> None:
    services.create_notebook(bob, "Bob's own")
    client.force_login(bob)

    page = client.get("/")

    assert [mine.name for mine in page.context["notebooks"]] == ["Bob's own"]
    assert [(shared.notebook.pk, shared.shared_by.name) for shared in page.context["shared"]] == [(notebook.pk, "Ada")]


def test_a_new_notebook_opens_in_the_editor(as_ada, ada) -> None:
    response = as_ada.post("/notebooks/new")

    assert response.url == f"/notebooks/{Notebook.objects.get().pk}"
    page = as_ada.get(response.url).content.decode()
    [block] = re.findall(r'<script id="boot" type="application/json">(.*?)</script>', page)
    boot = json.loads(block)
    assert boot["notebook"]["name"] == "Untitled0.ipynb"
    assert boot["role"] == "owner"
    assert boot["user"] == {"id": ada.pk, "name": "Ada", "email": "ada@example.org"}
    assert boot["locale"] == "en" and boot["csrf"]


def test_p58_a_hostile_name_stays_text(as_ada, ada) -> None:
    name = "</script><script>alert(1)</script>"
    notebook = services.create_notebook(ada, name)

    for path in ("/", f"/notebooks/{notebook.pk}"):
        assert name not in as_ada.get(path).content.decode()


def test_an_uploaded_file_opens_in_the_editor(as_ada) -> None:
    response = upload(as_ada, "日本語.ipynb", file_of(code("1", stream())))

    assert response.url == f"/notebooks/{Notebook.objects.get().pk}"
    assert Notebook.objects.get().name == "日本語.ipynb"


def test_p40_a_bad_upload_is_explained_at_home(as_ada) -> None:
    response = upload(as_ada, "bad.ipynb", b'{"cells": [')

    assert response.status_code == 422
    assert "bad.ipynb: The file ends too early" in response.content.decode()
    assert not Notebook.objects.exists()


def test_an_upload_without_a_file_is_explained(as_ada) -> None:
    assert as_ada.post("/notebooks/upload").context["error"] == "Choose a notebook file to upload."


def test_an_upload_beyond_the_limit_is_explained(as_ada, settings) -> None:
    settings.TOMONI_IMPORT_MAX_BYTES = 1000

    response = upload(as_ada, "big.ipynb", b" " * 2000)

    assert response.status_code == 413
    assert "larger than" in response.context["error"]


def test_a_notebook_is_renamed_and_trashed_from_home(as_ada, notebook) -> None:
    as_ada.post(f"/notebooks/{notebook.pk}/rename", {"name": "New"})
    assert Notebook.objects.get().name == "New"

    as_ada.post(f"/notebooks/{notebook.pk}/trash")
    assert "“New” is in the trash now." in as_ada.get("/").content.decode()
    assert as_ada.get(f"/notebooks/{notebook.pk}").status_code == 404


def test_an_empty_name_is_explained(as_ada, notebook) -> None:
    response = as_ada.post(f"/notebooks/{notebook.pk}/rename", {"name": " "})

    assert "needs a name" in response.context["error"]


@pytest.mark.parametrize("name", ["plain", "日本語 ノート", 'quo"te; \\ x', "ü.ipynb"])
def test_a_download_has_the_name_of_the_notebook(as_ada, ada, name) -> None:
    notebook = services.create_notebook(ada, name)

    response = as_ada.get(f"/notebooks/{notebook.pk}.ipynb")

    header = response.headers["Content-Disposition"]
    assert header.startswith("attachment; filename") and header.isascii()
    assert unquote(header).replace("\\", "").count(name.replace("\\", "").removesuffix(".ipynb")) == 1
    assert response.headers["Content-Type"] == "application/x-ipynb+json"
    assert json.loads(response.content)["nbformat"] == 4


def test_the_upload_itself_can_be_downloaded_where_it_was_changed(as_ada, ada, notebook) -> None:
    raw = file_of(code("1"), nbformat_minor=2)
    imported = services.import_notebook(ada, "old.ipynb", raw)

    assert as_ada.get(f"/notebooks/{imported.pk}/original").content == raw
    assert as_ada.get(f"/notebooks/{notebook.pk}/original").status_code == 404
