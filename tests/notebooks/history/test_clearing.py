"""What nobody shows any more goes, and nothing else: whatever crashes, and whoever writes the same thing meanwhile."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models.functions import Now

from notebooks.documents.services import create_notebook
from notebooks.documents.trash import delete_for_ever, end_old_trash
from notebooks.history.models import Revision
from notebooks.history.needed import clear_results
from notebooks.history.recording import pin
from runtimes.execution import clearing
from runtimes.execution.audiences import alone
from runtimes.execution.blobs import path_of, store_blobs, use_blobs
from runtimes.execution.models import Blob, BlobUse, Execution, OutputEvent, OutputText
from runtimes.execution.packing import pack, pack_text
from runtimes.execution.services import ImportedResult, import_results, open_blob, store_results
from tests.notebooks.history.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db

LARGE = "x" * 100_000
DAYS = timedelta(days=3)


def result(notebook, text="1", age=DAYS):
    """A run that ended some time ago; its id."""
    identity = uuid.uuid4()
    output = {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}
    import_results(str(notebook.pk), store_results([ImportedResult(identity, 1, [output])]))
    Execution.objects.filter(pk=identity).update(changed_at=Now() - age)
    Blob.objects.update(made_at=Now() - age)
    return str(identity)


def left() -> set[str]:
    return {str(identity) for identity in Execution.objects.values_list("pk", flat=True)}


def files() -> list[str]:
    return [sha256 for sha256 in Blob.objects.values_list("pk", flat=True) if default_storage.exists(path_of(sha256))]


def test_what_the_document_or_a_revision_shows_stays_and_the_rest_goes(writing, ada) -> None:
    shown, recorded, forgotten, young = (result(writing.notebook) for _ in range(4))
    Execution.objects.filter(pk=young).update(changed_at=Now())
    writing.add(ada, "one", execution=recorded)
    pin(writing.notebook, "")
    writing.show(ada, "one", forgotten)
    writing.show(ada, "one", shown)

    clear_results()

    assert left() == {shown, recorded, young}


def test_a_scratch_run_goes_after_the_grace(writing, ada) -> None:
    result(writing.notebook)
    young = result(writing.notebook)
    Execution.objects.update(audience=alone(str(writing.notebook.pk), ada.pk))
    Execution.objects.filter(pk=young).update(changed_at=Now())

    clear_results()

    assert left() == {young}


def test_the_results_of_a_deleted_cell_stay_as_long_as_a_revision_shows_them(writing, ada) -> None:
    run = result(writing.notebook)
    writing.add(ada, "one", execution=run)
    revision = pin(writing.notebook, "")
    writing.remove(ada, "one")
    clear_results()
    assert left() == {run}

    revision.delete()
    clear_results()
    assert left() == set()


def test_what_is_cleared_can_be_brought_back_within_the_grace(writing, ada) -> None:
    run = result(writing.notebook, age=timedelta(hours=20))
    writing.add(ada, "one", execution=run)
    writing.show(ada, "one", None)
    clear_results()
    assert left() == {run}


def test_a_run_that_goes_on_is_never_cleared_away(writing) -> None:
    run = result(writing.notebook)
    Execution.objects.update(state="running")
    clear_results()
    assert left() == {run}


def test_everything_of_a_result_goes_with_it(writing, ada) -> None:
    run = result(writing.notebook, LARGE)
    OutputEvent.objects.create(execution_id=run, number=1, op=pack({}))
    OutputText.objects.create(execution_id=run, index=0, number=0, data=pack_text("more"))
    assert len(files()) == 1
    sha256 = files()[0]

    clear_results()

    assert not (left() or Blob.objects.exists() or OutputEvent.objects.exists() or OutputText.objects.exists())
    assert not default_storage.exists(path_of(sha256))


def test_a_file_that_two_notebooks_show_goes_with_the_last(writing, ada) -> None:
    other = create_notebook(ada)
    result(writing.notebook, LARGE)
    result(other, LARGE)
    [sha256] = files()

    Execution.objects.filter(audience=str(writing.notebook.pk)).delete()
    clearing.delete_unused_blobs(timedelta())
    assert open_blob(str(other.pk), sha256) == LARGE.encode()

    Execution.objects.all().delete()
    clearing.delete_unused_blobs(timedelta())
    assert files() == []


def test_a_file_that_was_written_just_now_stays_for_the_transaction_that_will_use_it(writing) -> None:
    store_blobs({"ab" * 32: b"new"})
    clear_results()
    assert files() == ["ab" * 32]


def test_a_file_that_nobody_used_any_more_is_young_again_for_who_writes_it_anew(writing) -> None:
    for made in ("long ago", "again"):
        store_blobs({"ab" * 32: b"same"})
        if made == "long ago":
            Blob.objects.update(made_at=Now() - DAYS)
    clear_results()
    use_blobs(str(writing.notebook.pk), {"ab" * 32: b"same"})
    assert open_blob(str(writing.notebook.pk), "ab" * 32) == b"same"


def test_a_crash_before_the_transaction_leaves_a_file_that_is_found(writing) -> None:
    store_blobs({"ab" * 32: b"new"})
    Blob.objects.update(made_at=Now() - DAYS)
    clear_results()
    assert not default_storage.exists(path_of("ab" * 32))


def test_a_crash_between_the_file_and_its_row_is_made_good(writing, monkeypatch) -> None:
    sha256 = "ab" * 32
    store_blobs({sha256: b"new"})

    delete = default_storage.delete

    class Killed(Exception):
        pass

    def delete_and_die(path: str) -> None:
        delete(path)
        raise Killed

    monkeypatch.setattr(default_storage, "delete", delete_and_die)
    with pytest.raises(Killed):
        clearing.delete_unused_blobs(timedelta())
    monkeypatch.undo()
    assert Blob.objects.filter(pk=sha256).exists() and files() == []

    store_blobs({sha256: b"new"})
    assert files() == [sha256]


@pytest.mark.django_db(transaction=True)
def test_who_writes_the_same_while_it_is_cleared_has_it_afterwards(notebook, monkeypatch) -> None:
    """Both orders of the race: the writer comes while the row is locked, or has made it young before."""
    sha256, audience = "ab" * 32, str(notebook.pk)
    store_blobs({sha256: b"same"})
    Blob.objects.update(made_at=Now() - DAYS)
    delete = default_storage.delete
    writer = threading.Thread(target=_write, args=(audience, sha256))

    def delete_while_somebody_writes(path: str) -> None:
        writer.start()
        until_somebody_waits()
        delete(path)

    monkeypatch.setattr(default_storage, "delete", delete_while_somebody_writes)
    assert clearing.delete_unused_blobs(timedelta(days=1)) == 1
    writer.join(10)
    monkeypatch.undo()

    assert open_blob(audience, sha256) == b"same"
    assert clearing.delete_unused_blobs(timedelta()) == 0


def _write(audience: str, sha256: str) -> None:
    try:
        store_blobs({sha256: b"same"})
        use_blobs(audience, {sha256: b"same"})
    finally:
        connection.close()


def test_p18_thirty_days_in_the_trash_are_the_end_of_all_that_is_of_a_notebook(writing, ada) -> None:
    kept = create_notebook(ada)
    stays = result(kept, LARGE)
    shown = result(writing.notebook, LARGE + "y")
    writing.add(ada, "one", execution=shown)
    notebooks = type(writing.notebook).objects.filter(pk=writing.notebook.pk)
    notebooks.update(trashed_at=Now() - timedelta(days=29, hours=23))
    assert end_old_trash() == 0

    notebooks.update(trashed_at=Now() - timedelta(days=30, minutes=1))
    assert end_old_trash() == 1
    assert end_old_trash() == 0
    clearing.delete_unused_blobs(timedelta())

    assert left() == {stays}
    assert not notebooks.exists()
    assert not Revision.objects.filter(notebook=writing.notebook.pk).exists()
    assert len(files()) == 1
    assert set(BlobUse.objects.values_list("audience", flat=True)) == {str(kept.pk)}


def test_what_was_restored_in_time_is_not_deleted(writing) -> None:
    assert not delete_for_ever(writing.notebook)
    writing.notebook.refresh_from_db()


def test_what_a_run_prints_after_its_notebook_is_gone_is_cleared_away(writing) -> None:
    run = result(writing.notebook)
    Execution.objects.update(state="running")
    with transaction.atomic():
        type(writing.notebook).objects.update(trashed_at=Now())
        assert delete_for_ever(writing.notebook)
    assert left() == {run}
    Execution.objects.update(state="done", changed_at=Now() - DAYS)

    clear_results()

    assert left() == set()
