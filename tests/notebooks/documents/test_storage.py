"""A plan's storage: what counts, where it is shown, and that nothing new is made beyond it."""

import json

import pytest

from notebooks.classes.services import CannotHandOut, add_people, hand_out
from notebooks.documents.copies import copy_notebook
from notebooks.documents.models import Notebook
from notebooks.documents.services import create_notebook, import_notebook, trash_notebook
from notebooks.documents.storage import StorageFull, storage_of
from runtimes.allocation.models import Plan, PlanHolder
from tests.notebooks.documents.files import code, file_of, stream

pytestmark = pytest.mark.django_db
MEBIBYTE = 2**20


@pytest.fixture
def plan(ada):
    made = Plan.objects.create(slug="small", name="Small")
    PlanHolder.objects.create(plan=made, user=ada)
    return made


@pytest.fixture
def notebook(ada, plan):
    return import_notebook(ada, "a.ipynb", file_of(code("print()", stream("x" * 300_000)), nbformat_minor=5))


def allow(plan, count):
    plan.storage_bytes = count
    plan.save()


def test_text_results_and_the_trash_count_and_nobody_elses(notebook, ada, bob):
    before = storage_of(ada)
    assert before > 0 == storage_of(bob)
    bare = storage_of(ada)
    import_notebook(ada, "b.ipynb", file_of(code("print()", stream("y" * 200_000)), nbformat_minor=5))
    assert storage_of(ada) > bare
    both = storage_of(ada)
    trash_notebook(notebook)
    assert storage_of(ada) == both


def test_beyond_it_nothing_is_made_uploaded_copied_or_handed_out(notebook, plan, ada, bob, client):
    handout = hand_out(ada, notebook, ["first@example.org"])
    allow(plan, storage_of(ada))
    for attempt in (
        lambda: create_notebook(ada),
        lambda: import_notebook(ada, "c.ipynb", file_of(nbformat_minor=5)),
        lambda: copy_notebook(notebook, ada),
    ):
        with pytest.raises(StorageFull, match="there is no room for this"):
            attempt()
    with pytest.raises(CannotHandOut, match="there is no room"):
        add_people(handout, ["pupil@example.org"])
    create_notebook(bob)
    client.force_login(ada)
    refused = client.post("/notebooks/new")
    assert refused.status_code == 409 and "there is no room for this" in refused.content.decode()
    answer = client.post("/api/notebooks", json.dumps({}), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "storage-full")
    assert Notebook.objects.filter(owner=ada).count() == 2


def test_an_upload_that_does_not_fit_is_refused_whole(notebook, plan, ada):
    allow(plan, storage_of(ada) + 1000)
    with pytest.raises(StorageFull):
        import_notebook(ada, "d.ipynb", file_of(code("#" * 2000), nbformat_minor=5))
    create_notebook(ada)


def test_the_page_of_plans_shows_it(notebook, plan, ada, client):
    client.force_login(ada)
    allow(plan, 10 * MEBIBYTE)
    page = client.get("/plans/").content.decode()
    assert "10.0\xa0MB" in page and "Your storage is full" not in page
    allow(plan, 1)
    assert "Your storage is full" in client.get("/plans/").content.decode()
