"""The page of the trash: what lies there, for how long, and the ways out of it."""

import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from notebooks.documents.models import Notebook
from notebooks.documents.services import create_notebook, trash_notebook

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, ada):
    client.force_login(ada)

    def post(**values):
        return client.post("/trash", values)

    return post


def days_left(client):
    return re.findall(r'<td class="when">(\d+)</td>', client.get("/trash").content.decode())


def test_the_trash_shows_my_notebooks_and_the_days_they_have_left(client, ada, bob) -> None:
    for owner, name, days in ((ada, "Hers", 0), (ada, "Old", 29.5), (ada, "Kept", None), (bob, "His", 1)):
        notebook = create_notebook(owner, name)
        if days is not None:
            trash_notebook(notebook)
            Notebook.objects.filter(pk=notebook.pk).update(trashed_at=Now() - timedelta(days=days))
    client.force_login(ada)

    page = client.get("/trash").content.decode()

    assert "Hers" in page and "Old" in page
    assert "Kept" not in page and "His" not in page
    assert days_left(client) == ["30", "1"]
    assert "ゴミ箱" in client.get("/trash?hl=ja").content.decode()


def test_moving_to_the_trash_can_be_undone_at_once(client, post, ada) -> None:
    notebook = create_notebook(ada)

    home = client.post(f"/notebooks/{notebook.pk}/trash", follow=True).content.decode()
    [undo] = re.findall(r'name="notebook" value="([^"]+)"><button[^>]*value="restore"', home)
    post(notebook=undo, action="restore")

    assert Notebook.objects.kept().filter(pk=notebook.pk).exists()


def test_one_or_all_are_deleted_for_ever_and_nothing_else(post, ada, bob) -> None:
    one, two, kept, his = create_notebook(ada), create_notebook(ada), create_notebook(ada), create_notebook(bob)
    for notebook in (one, two, his):
        trash_notebook(notebook)

    assert post(notebook=one.pk, action="delete").status_code == 302
    assert set(Notebook.objects.all()) == {two, kept, his}
    assert post(action="empty").status_code == 302
    assert set(Notebook.objects.all()) == {kept, his}


def test_what_is_not_in_my_trash_is_not_found(post, ada, bob) -> None:
    kept, his = create_notebook(ada), create_notebook(bob)
    trash_notebook(his)

    statuses = {
        post(notebook=notebook, action=action).status_code
        for notebook in (kept.pk, his.pk, "no id", "")
        for action in ("restore", "delete")
    }

    assert statuses == {404}
    assert post(notebook=kept.pk, action="strange").status_code == 404
    assert Notebook.objects.count() == 2
