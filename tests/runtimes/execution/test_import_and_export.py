"""What a file says its cells printed comes out as it went in."""

import uuid

import nbformat
import pytest

from runtimes.execution.services import (
    ImportedResult,
    NoBlob,
    import_results,
    nbformat_outputs,
    open_blob,
    results,
    store_results,
)

pytestmark = pytest.mark.django_db

BATTERY = [
    {"output_type": "stream", "name": "stdout", "text": "NUL \0, ESC \x1b[31m, half an emoji \ud83d, a\rb\b\b"},
    {"output_type": "display_data", "data": {"application/json": {"a": [float("inf"), 1]}}, "metadata": {"x": "\0"}},
    {"output_type": "display_data", "data": {"image/png": "iVBO\n" * 50_000, "text/plain": "<Figure>"}, "metadata": {}},
    {"output_type": "display_data", "data": {"application/vnd.x+json": {"big": ["\ud800"] * 20_000}}, "metadata": {}},
    {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": 3},
    {"output_type": "error", "ename": "E", "evalue": "x" * 100_000, "traceback": ["y" * 100_000] * 3},
]


def imported(outputs, audience="notebook", count=3):
    execution = uuid.uuid4()
    import_results(audience, store_results([ImportedResult(execution, count, outputs)]))
    return execution


def test_p46_every_output_is_exported_as_it_was_imported():
    execution = imported(BATTERY)
    assert nbformat_outputs("notebook", [execution]) == {str(execution): (3, BATTERY)}


def test_p46_an_export_is_valid_for_nbformat():
    execution = imported(BATTERY)
    [(count, outputs)] = nbformat_outputs("notebook", [execution]).values()
    cell = nbformat.v4.new_code_cell(execution_count=count, outputs=outputs)
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def test_the_page_gets_references_instead_of_large_parts_and_no_infinities():
    execution = imported(BATTERY)
    result = results("notebook", [execution])[str(execution)]
    assert (result["state"], result["count"], result["number"]) == ("done", 3, 1)
    assert result["outputs"][1]["data"]["application/json"] == {"a": [None, 1]}
    reference = result["outputs"][2]["blobs"]["image/png"]
    assert "image/png" not in result["outputs"][2]["data"]
    assert open_blob("notebook", reference["sha256"]).decode() == "iVBO\n" * 50_000


def test_a_blob_of_another_notebook_is_not_there():
    execution = imported(BATTERY)
    reference = results("notebook", [execution])[str(execution)]["outputs"][2]["blobs"]["image/png"]
    with pytest.raises(NoBlob):
        open_blob("another notebook", reference["sha256"])


def test_an_execution_of_another_notebook_is_not_there():
    execution = imported(BATTERY)
    assert results("another notebook", [execution]) == {}
    assert nbformat_outputs("another notebook", [execution]) == {}
