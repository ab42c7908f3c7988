"""Copies show what the original shows, take what was written for it, and leave it alone."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.db.models.functions import Now
from pycrdt import Map

from notebooks.collaboration import store, ydoc
from notebooks.documents import copies, lifecycle, names, services
from notebooks.documents.models import Notebook
from notebooks.sharing.access import NoAccess, access_notebook, visible_notebooks
from notebooks.sharing.roles import Role
from notebooks.sharing.services import CannotShare, set_shares
from runtimes.allocation.services import request_runtime
from runtimes.execution.models import Execution, ExecutionUse
from runtimes.execution.services import NoBlob, open_blob, results
from tests.notebooks.documents.files import code, file_of, stream

pytestmark = pytest.mark.django_db

PICTURE = {"output_type": "display_data", "data": {"image/png": "iVBO" * 50_000}, "metadata": {}}


@pytest.fixture
def notebook(ada, vera):
    """Ada's, with a result and a picture; Vera may view it."""
    raw = file_of(code("6 * 7", stream("42\n"), PICTURE, execution_count=3), nbformat_minor=5)
    made = services.import_notebook(ada, "answers.ipynb", raw)
    set_shares(made, {vera.email: "viewer"})
    return made


def written(notebook: Notebook, text: str) -> bytes:
    """Write at the end of the first cell, as a page of `notebook` does that has not sent it yet."""
    doc = ydoc.open_document(store.load(notebook.pk).update)
    before = doc.get_state()
    [cell] = doc.get(ydoc.CELLS, type=Map).values()
    source = cell["source"]
    source += text
    return doc.get_update(before)


def write(notebook: Notebook, text: str, author: Any) -> None:
    store.append(notebook.pk, store.load(notebook.pk).epoch, [(written(notebook, text), author.pk)])


def source_of(notebook: Notebook) -> str:
    return services.read_committed(notebook).cells[0].source


def omit_outputs(notebook: Notebook) -> None:
    doc = ydoc.open_document(store.load(notebook.pk).update)
    before = doc.get_state()
    doc.get(ydoc.META, type=Map)["colab"] = {"private_outputs": True}
    store.append(notebook.pk, 1, [(doc.get_update(before), None)])


def shown(notebook: Notebook) -> list[Any]:
    ids = ydoc.runs_shown(services.read_committed(notebook))
    return [result["outputs"] for result in results(str(notebook.pk), ids).values()]


def test_a_playground_has_all_that_the_original_has(notebook, vera) -> None:
    playground = copies.open_playground(notebook, vera)

    assert access_notebook(vera, playground.pk).role is Role.OWNER
    assert json.loads(services.export_notebook(playground)) == json.loads(services.export_notebook(notebook))
    assert shown(playground) == shown(notebook) != []


def test_outputs_are_lent_and_not_copied(notebook, vera) -> None:
    copies.open_playground(notebook, vera)

    assert Execution.objects.count() == ExecutionUse.objects.count() == 1
    with pytest.raises(ProtectedError):
        Execution.objects.all().delete()


def test_what_was_written_before_there_was_a_copy_fits_it(notebook, vera) -> None:
    early = written(notebook, " # by Vera")

    playground = copies.open_playground(notebook, vera)
    store.append(playground.pk, store.load(notebook.pk).epoch, [(early, vera.pk)])

    assert (source_of(playground), source_of(notebook)) == ("6 * 7 # by Vera", "6 * 7")


def test_there_is_one_for_each_person_and_original_and_it_follows_the_original(notebook, ada, vera) -> None:
    first = copies.open_playground(notebook, vera)
    write(first, " # by Vera", vera)
    write(notebook, " # by Ada", ada)

    again = copies.open_playground(notebook, vera)
    rows = store.load(again.pk).sequence

    assert again == first != copies.open_playground(notebook, ada)
    assert copies.open_playground(again, vera) == again
    assert {*source_of(again).split(" # ")} == {"6 * 7", "by Vera", "by Ada"}
    copies.open_playground(notebook, vera)
    assert store.load(again.pk).sequence == rows, "nothing new is no edit"


def test_where_the_history_has_become_another_the_old_playground_is_kept(notebook, vera) -> None:
    old = copies.open_playground(notebook, vera)
    notebook.document.epoch += 1
    notebook.document.save()

    new = copies.open_playground(notebook, vera)

    old.refresh_from_db()
    assert (old.is_playground, old.name, new == old) == (False, "Copy of answers.ipynb", False)
    assert store.load(new.pk).epoch == 2


def test_a_playground_is_found_from_its_original_only_until_it_is_kept(notebook, vera) -> None:
    playground = copies.open_playground(notebook, vera)
    assert [access.notebook for access in visible_notebooks(vera)] == [notebook]

    copies.keep_playground(playground)
    copies.keep_playground(playground)

    assert {access.notebook.name for access in visible_notebooks(vera)} == {"answers.ipynb", "Copy of answers.ipynb"}
    assert copies.open_playground(notebook, vera) != playground


def test_a_name_that_was_chosen_in_the_playground_stays(notebook, vera) -> None:
    playground = copies.open_playground(notebook, vera)
    services.rename_notebook(playground, "mine.ipynb")
    copies.keep_playground(playground)

    assert Notebook.objects.get(pk=playground.pk).name == "mine.ipynb"


def test_a_playground_is_not_shared(notebook, vera, cleo) -> None:
    playground = copies.open_playground(notebook, vera)

    with pytest.raises(CannotShare, match="first"):
        set_shares(playground, {cleo.email: "viewer"})
    with pytest.raises(NoAccess):
        access_notebook(cleo, playground.pk)


def test_what_was_copied_stays_when_the_original_is_out_of_reach_or_gone(notebook, vera) -> None:
    copy = copies.copy_notebook(notebook, vera)
    [[_, picture]] = shown(copy)
    before = services.export_notebook(copy)

    set_shares(notebook, {})
    notebook.delete()

    copy.refresh_from_db()
    assert services.export_notebook(copy) == before
    assert open_blob(str(copy.pk), picture["blobs"]["image/png"]["sha256"])


def test_a_copy_of_a_copy_shows_what_the_first_shows(notebook, ada, vera) -> None:
    second = copies.copy_notebook(copies.copy_notebook(notebook, vera), vera)

    assert (second.name, shown(second)) == ("Copy of Copy of answers.ipynb", shown(notebook))


def test_a_copy_gives_nothing_that_its_original_does_not_show(notebook, ada, vera) -> None:
    other = services.import_notebook(ada, "secret.ipynb", file_of(code("1", stream("secret\n"), PICTURE)))
    [secret] = ydoc.runs_shown(services.read_committed(other))
    doc = ydoc.open_document(store.load(notebook.pk).update)
    before = doc.get_state()
    [cell] = doc.get(ydoc.CELLS, type=Map).values()
    cell["execution"] = str(secret)
    store.append(notebook.pk, 1, [(doc.get_update(before), None)])

    copy = copies.copy_notebook(notebook, vera)

    assert shown(copy) == []
    with pytest.raises(NoBlob):
        open_blob(str(copy.pk), results(str(other.pk))[str(secret)]["outputs"][1]["blobs"]["image/png"]["sha256"])


def test_old_playgrounds_are_deleted_and_nothing_else(notebook, ada, vera, settings) -> None:
    old, busy = copies.open_playground(notebook, vera), copies.open_playground(notebook, ada)
    kept = copies.copy_notebook(notebook, vera)
    request_runtime(ada, str(busy.pk))
    Notebook.objects.update(changed_at=Now() - timedelta(days=settings.TOMONI_PLAYGROUND_DAYS, minutes=1))
    new = copies.open_playground(services.create_notebook(ada), vera)

    lifecycle.delete_old_playgrounds()

    assert set(Notebook.objects.exclude(copies=new)) == {notebook, busy, kept, new}
    assert not ExecutionUse.objects.filter(audience=str(old.pk)).exists()
    assert shown(notebook) == shown(kept) != []


def test_a_run_of_a_deleted_playground_stays_where_a_copy_shows_it(notebook, vera, settings) -> None:
    playground = copies.open_playground(notebook, vera)
    Execution.objects.update(audience=str(playground.pk))
    copy = copies.copy_notebook(playground, vera)
    Notebook.objects.filter(pk=playground.pk).update(changed_at=Now() - timedelta(days=8))

    lifecycle.delete_old_playgrounds()

    assert not Notebook.objects.filter(pk=playground.pk).exists()
    assert len(shown(copy)) == 1


def test_a_playground_that_is_thrown_away_can_be_found_in_the_trash(notebook, vera) -> None:
    playground = copies.open_playground(notebook, vera)
    services.trash_notebook(playground)

    assert copies.open_playground(notebook, vera) != playground
    playground.refresh_from_db()
    services.restore_notebook(playground)
    assert playground in [access.notebook for access in visible_notebooks(vera)]


def test_a_notebook_that_omits_outputs_gives_none_to_files_copies_and_who_opens_it(client, notebook, ada, vera) -> None:
    omit_outputs(notebook)
    copy, playground = copies.copy_notebook(notebook, vera), copies.open_playground(notebook, vera)
    client.force_login(ada)

    for one in (notebook, copy, playground):
        [cell] = json.loads(services.export_notebook(one))["cells"]
        assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert not ExecutionUse.objects.exists()
    assert client.get(f"/api/notebooks/{notebook.pk}/outputs").json() == {"executions": {}}


@pytest.mark.parametrize(
    ("private", "omits"), [(True, True), (False, False), ("true", False), (None, False), ({"a": 1}, False)]
)
def test_only_colabs_own_word_omits_outputs(private, omits) -> None:
    assert ydoc.omits({"colab": {"private_outputs": private}}) is omits
    assert ydoc.omits({"colab": private}) is ydoc.omits({}) is False


@pytest.mark.parametrize("name", ["a.ipynb", "x" * 255, "x" * 300 + ".ipynb", "日本.IPYNB", "%s"])
def test_the_name_of_a_copy_fits_and_keeps_its_suffix(name) -> None:
    copied = names.fitted("Copy of %s", name)

    assert copied.startswith("Copy of ") and len(copied) <= names.LENGTH
    assert name.lower().endswith(".ipynb") is copied.lower().endswith(".ipynb")


def test_the_page_is_told_whose_work_it_is(client, notebook, ada, vera) -> None:
    client.force_login(vera)
    made = client.post(f"/api/notebooks/{notebook.pk}/playground").json()
    page = client.get(f"/notebooks/{made['notebook']['id']}").content.decode()

    boot = json.loads(re.findall(r'id="boot" type="application/json">(.*?)</script>', page)[0])
    assert (boot["owner"]["name"], boot["role"]) == ("Vera", "owner")
    assert boot["playground"] == {"original": str(notebook.pk), "author": {"id": ada.pk, "name": "Ada"}}
    assert made == {key: boot[key] for key in ("notebook", "role", "owner", "playground")} | {"epoch": 1}


def test_in_japanese_a_copy_has_a_japanese_name(client, notebook, vera) -> None:
    client.force_login(vera)
    answer = client.post(f"/api/notebooks/{notebook.pk}/copy", headers={"Accept-Language": "ja"})

    assert (answer.status_code, answer.json()["name"]) == (201, "answers.ipynb のコピー")
