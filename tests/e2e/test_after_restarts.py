"""The main job, and then everything that can be restarted is: a real notebook, run in a box, is still there whole."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Person, SignIn
from tests.e2e.test_executed_notebooks import NOTEBOOKS, code_cells, download, run_all, upload
from tests.running import RunningPlatform, run_platform

pytestmark = pytest.mark.e2e
OWN = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "cells": [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# 共に"},
        *(
            {
                "cell_type": "code",
                "id": f"c{n}",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for n, source in enumerate(("kept = 6 * 7\nprint(kept)", "{'answer': kept}", "1 / 0"))
        ),
    ],
}


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    """A platform of this module's own, to be broken."""
    yield from run_platform()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The smallest real notebook that keeps its outputs, or one of our own where there is none."""
    if keeping := [path for path in NOTEBOOKS if '"private_outputs": true' not in path.read_text()]:
        return min(keeping, key=lambda path: path.stat().st_size)
    path = tmp_path / "own.ipynb"
    path.write_text(json.dumps(OWN))
    return path


def results(person: Person, page: Page) -> list[tuple[Any, Any, Any]]:
    return [(cell["source"], cell["execution_count"], cell["outputs"]) for cell in code_cells(download(person, page))]


def shown(page: Page) -> list[str]:
    """The text of every output on the page."""
    expect(page.get_by_test_id("cell").first).to_be_visible(timeout=60_000)
    regions = page.get_by_role("region", name=re.compile("^Output of cell"))
    return [text.strip() for text in regions.all_inner_texts()]


def test_p12_a_real_notebook_is_run_and_still_there_after_everything_was_restarted(
    sign_in: SignIn, platform: RunningPlatform, chromium: Browser, file: Path
) -> None:
    ada = sign_in("ada@example.org")
    page = upload(ada, file)
    run_all(page, len([cell for cell in code_cells(file.read_bytes()) if cell["source"].strip()]))
    expect(page.get_by_role("status", name="Save state")).to_have_text("All changes saved")
    before, outputs = results(ada, page), shown(page)
    assert any(found for _, _, found in before if found)
    platform.kill_everything()
    platform.start()
    expect(page.get_by_role("status", name="Runtime")).to_have_text(re.compile("Connected"), timeout=60_000)
    page.reload()
    assert (results(ada, page), shown(page)) == (before, outputs)
    platform.stop()
    platform.start()
    page.reload()
    assert (results(ada, page), shown(page)) == (before, outputs)
    run_all(page, len([cell for cell in code_cells(file.read_bytes()) if cell["source"].strip()]))
