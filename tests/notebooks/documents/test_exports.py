"""My data in one file: what is mine, all of it, and nothing of others."""

import io
import json
import uuid
import zipfile

import pytest
from django.core.cache import cache

from accounts.models import AccessToken
from feedback.models import Feedback
from notebooks.comments.services import Place, begin_thread
from notebooks.documents.exports import name_within
from notebooks.documents.services import create_notebook, import_notebook, trash_notebook
from tests.notebooks.documents.files import code, file_of, stream

pytestmark = pytest.mark.django_db

IDS = (uuid.uuid4(), uuid.uuid4())


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


def download(client) -> zipfile.ZipFile:
    answer = client.post("/accounts/export/")
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer)))


def test_it_holds_my_account_notebooks_comments_and_feedback(client, ada, bob, notebook):
    import_notebook(ada, "results.ipynb", file_of(code("print(1)", stream("my output")), nbformat_minor=4))
    trash_notebook(create_notebook(ada, "thrown.ipynb"))
    create_notebook(bob, "bobs.ipynb")
    begin_thread(notebook, ada, Place("c"), "my comment", *IDS)
    Feedback.objects.create(kind="bug", text="my feedback", sender=ada)
    Feedback.objects.create(kind="bug", text="his feedback", sender=bob)
    _, secret = AccessToken.objects.issue(ada, "script")
    client.force_login(ada)
    archive = download(client)
    names = set(archive.namelist())
    assert {"account.json", "notebooks/results.ipynb", "notebooks/trash/thrown.ipynb"} <= names
    everything = b"".join(archive.read(name) for name in names).decode()
    assert all(mine in everything for mine in ("my output", "my comment", "my feedback", ada.email))
    assert "bobs.ipynb" not in names and "his feedback" not in everything and secret not in everything
    assert json.loads(archive.read("account.json"))["access_tokens"][0]["name"] == "script"


def test_two_notebooks_of_one_name_are_both_there(client, ada):
    for _ in range(2):
        create_notebook(ada, "same.ipynb")
    client.force_login(ada)
    assert {"notebooks/same.ipynb", "notebooks/same (2).ipynb"} <= set(download(client).namelist())


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/root/.ssh/x.ipynb", "a\\..\\b", "\n\x00..", ".ipynb", "CON: *?"]
)
def test_a_name_leads_out_of_no_folder(name):
    path = name_within("notebooks", name, set())
    assert path.startswith("notebooks/") and path.count("/") == 1 and "\\" not in path and "/." not in path


def test_it_is_made_only_so_often(client, ada, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"export": "2/h/user"}
    client.force_login(ada)
    assert [client.post("/accounts/export/").status_code for _ in range(3)] == [200, 200, 429]
