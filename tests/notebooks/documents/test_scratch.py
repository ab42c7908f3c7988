"""What a scratch cell printed is fetched by its person, and by nobody else who has the notebook."""

import uuid

import pytest

from notebooks.documents import services
from notebooks.documents.models import Notebook
from notebooks.sharing.services import set_shares
from runtimes.execution.audiences import alone
from runtimes.execution.services import ImportedResult, import_results, results, store_results

pytestmark = pytest.mark.django_db

LARGE = {"output_type": "display_data", "data": {"text/plain": "x" * 100_000}, "metadata": {}}
STREAM = {"output_type": "stream", "name": "stdout", "text": "mine\n"}


@pytest.fixture
def notebook(ada, vera) -> Notebook:
    """Ada's, which Vera may edit."""
    made = services.create_notebook(ada)
    set_shares(made, {vera.email: "editor"})
    return made


@pytest.fixture
def addresses(notebook, ada) -> list[str]:
    """Of a scratch run of Ada's: its outputs, a large part of them, and a text."""
    run, audience = uuid.uuid4(), alone(str(notebook.pk), ada.pk)
    import_results(audience, store_results([ImportedResult(run, 1, [STREAM, LARGE])]))
    sha256 = results(audience, [run])[str(run)]["outputs"][1]["blobs"]["text/plain"]["sha256"]
    return [f"outputs?execution={run}", f"blobs/{sha256}?type=text/plain", f"executions/{run}/text?index=0"]


def test_its_person_fetches_all_of_it(client, ada, notebook, addresses) -> None:
    client.force_login(ada)
    outputs, part, text = (client.get(f"/api/notebooks/{notebook.pk}/{address}") for address in addresses)

    [result] = outputs.json()["executions"].values()
    assert result["outputs"][0]["text"] == "mine\n"
    assert len(part.content) == 100_000
    assert text.status_code == 200


def test_an_editor_of_the_notebook_finds_nothing_of_it(client, vera, notebook, addresses) -> None:
    client.force_login(vera)
    outputs, part, text = (client.get(f"/api/notebooks/{notebook.pk}/{address}") for address in addresses)

    assert outputs.json() == {"executions": {}}
    assert (part.status_code, text.status_code) == (404, 404)
