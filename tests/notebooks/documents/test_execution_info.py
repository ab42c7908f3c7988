"""Who ran a cell, when and how long, goes into files as Colab writes it, and out of them again."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from pycrdt import Map

from notebooks.collaboration import store, ydoc
from notebooks.documents import services
from runtimes.allocation.services import request_runtime
from runtimes.execution.models import Execution
from runtimes.execution.services import accept_run
from tests.notebooks.documents.files import code, file_of, stream

BEGUN = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
COLAB = {"status": "ok", "timestamp": 1, "elapsed": 250, "user": {"displayName": "E.", "userId": "0"}, "user_tz": -540}


@pytest.fixture
def ran(notebook, ada):
    """The notebook's cell shows a run of Ada's that took a second and a half."""
    execution, _ = accept_run(
        request_runtime(ada, str(notebook.pk)), uuid.uuid4(), "1", by=ada, cell="", batch="", is_kept=True
    )
    document = ydoc.open_document(store.load(notebook.pk).update)
    before = document.get_state()
    cells = document.get("cells", type=Map)
    next(iter(cells.values()))["execution"] = str(execution.pk)
    store.append(notebook.pk, 1, [(document.get_update(before), None)])

    def end(state):
        end = BEGUN + timedelta(seconds=1.5)
        Execution.objects.filter(pk=execution.pk).update(state=state, started_at=BEGUN, ended_at=end)

    return end


def metadata(notebook):
    return json.loads(services.export_notebook(notebook))["cells"][0]["metadata"]


@pytest.mark.parametrize(("state", "status"), [("done", "ok"), ("failed", "error")])
def test_a_file_says_who_ran_a_cell_when_and_how_long(ran, notebook, ada, state, status) -> None:
    ran(state)

    assert metadata(notebook)["executionInfo"] == {
        "status": status,
        "timestamp": round((BEGUN.timestamp() + 1.5) * 1000),
        "elapsed": 1500,
        "user": {"displayName": "Ada", "userId": str(ada.pk)},
        "user_tz": 0,
    }


def test_a_run_whose_end_is_unknown_says_nothing(ran, notebook) -> None:
    ran("unknown")

    assert "executionInfo" not in metadata(notebook)


def test_what_a_file_brought_stays_as_it_was(ada) -> None:
    raw = file_of(code("1", stream(), metadata={"executionInfo": COLAB}, execution_count=3))

    assert metadata(services.import_notebook(ada, "a.ipynb", raw)) == {"executionInfo": COLAB}
