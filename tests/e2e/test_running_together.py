"""Cells that run while people edit, move and delete them: what was pressed is what runs, each once, in order."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SignIn, choose
from tests.e2e.test_main_path import cell, output, write
from tests.e2e.test_offline import notebook_file
from tests.running import until

pytestmark = pytest.mark.e2e
ENDED = {"done", "failed", "aborted"}


def test_p35_two_people_run_all_while_cells_are_edited_and_deleted(sign_in: SignIn, tmp_path: Path) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    sources = [f"import time; time.sleep(0.2); print('cell', {number})" for number in range(4)]
    notebook = ada.new_notebook(notebook_file(tmp_path, *sources))
    ada.platform.testctl("share", notebook, bob.email, "editor")
    hers, his = ada.open(notebook), bob.open(notebook)
    for page in (hers, his):
        expect(page.locator(".cm-content")).to_have_count(4)
    for page in (hers, his):
        page.get_by_role("button", name="Run all").click()
    write(hers, 4, "print('edited after pressing')\n")
    cell(his, 3).hover()
    cell(his, 3).get_by_role("button", name="Delete cell").click()
    expect(hers.locator("[data-cell-id]")).to_have_count(3)
    runs = until(lambda: ended(ada.platform.testctl("dump", notebook)["executions"], 8), seconds=90, what="eight runs")
    for person in (ada, bob):
        own = [run for run in runs if run["by"]["name"] == person.email.split("@")[0]]
        started = sorted(own, key=lambda run: str(run["started"]))
        assert [text_of(run) for run in started] == [f"cell {number}\n" for number in range(4)]
    for page in (hers, his):
        expect(output(page, 3)).to_have_text(re.compile("cell 3"))


def ended(executions: dict[str, dict[str, Any]], wanted: int) -> list[dict[str, Any]]:
    done = [run for run in executions.values() if run["state"] in ENDED]
    return done if len(done) == wanted == len(executions) else []


def text_of(run: dict[str, Any]) -> str:
    return "".join(str(output.get("text", "")) for output in run["outputs"])


def test_p36_a_cell_that_is_deleted_while_it_runs_keeps_its_output(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    write(page, 1, "import time\nfor number in range(15):\n    print('line', number, flush=True)\n    time.sleep(0.1)")
    page.keyboard.press("Control+Enter")
    expect(output(page, 1)).to_have_text(re.compile("line 1"), timeout=60_000)
    cell(page, 1).hover()
    cell(page, 1).get_by_role("button", name="Delete cell").click()
    expect(page.locator("[data-cell-id]")).to_have_count(0)
    lines = "".join(f"line {number}\n" for number in range(15))
    (run,) = until(lambda: ended(ada.platform.testctl("dump", notebook)["executions"], 1), what="the run to end")
    assert (run["state"], text_of(run)) == ("done", lines)
    choose(page, "Edit", "Undo")
    expect(output(page, 1)).to_have_text(re.compile("line 14"))
    expect(cell(page, 1)).to_have_attribute("data-state", "done")
    assert problems == []


def test_a_run_pressed_offline_is_said_to_wait_and_runs_on_return(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    write(page, 1, "print('after', 'all')")
    ada.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "queued")
    expect(page.get_by_text("Your run is queued")).to_be_visible()
    ada.context.set_offline(False)
    expect(output(page, 1)).to_have_text(re.compile("after all"), timeout=60_000)
    expect(page.get_by_text("Your run is queued")).to_have_count(0)
