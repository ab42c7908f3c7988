"""The examples run from top to bottom on a fresh machine, in both languages."""

import json
from collections.abc import Iterator

import pytest

from notebooks.documents.examples import EXAMPLES, LANGUAGES, example_file
from tests.clients import Caller, Runner, text_of
from tests.running import RunningPlatform

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def runner(platform: RunningPlatform) -> Iterator[Runner]:
    """One machine for all of them, with a new session for each."""
    caller = Caller(platform, "examples@example.org")
    started = Runner(caller, str(platform.testctl("notebook", caller.email)["id"]))
    yield started
    started.ask("reset")
    started.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_from_top_to_bottom(runner: Runner, name: str, language: str) -> None:
    runner.result(runner.run("pass"))
    runner.ask("restart")
    for cell in json.loads(example_file(name, language))["cells"]:
        if cell["cell_type"] == "code" and not cell["metadata"]:
            result = runner.result(runner.run(cell["source"]))
            assert result["state"] == "done", (cell["source"], text_of(result))
