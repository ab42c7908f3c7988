"""The list of outputs does with each operation what the page does: both read the same vectors."""

import json
from pathlib import Path

import pytest

from runtimes.execution.outputs import OutputList

VECTORS = json.loads((Path(__file__).parents[2] / "messages" / "operations.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_operations_give_these_outputs(vector):
    outputs = OutputList()
    for operation in vector["ops"]:
        outputs.apply(operation)
    assert outputs.outputs == vector["outputs"]
    assert outputs.clearing == vector.get("clearing", False)


def test_an_operation_of_a_newer_platform_changes_nothing():
    outputs = OutputList([{"output_type": "stream", "name": "stdout", "text": "a"}])
    outputs.apply({"op": "sparkle", "index": 0})
    assert outputs.value() == {"outputs": [{"output_type": "stream", "name": "stdout", "text": "a"}]}
