"""What can be done with an output: fold it, copy it, make it large, take it away, and find the line that failed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_main_path import cell, status, write
from tests.e2e.test_outputs import code, display, notebook_file
from tests.running import until

pytestmark = pytest.mark.e2e

FAILING = """import pandas

def pick(frame):
    return frame['missing']
pick(pandas.DataFrame({'a': [1]}))"""
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
PRINTED = {"output_type": "stream", "name": "stdout", "text": "printed\n" * 200}


def region(page: Page, number: int = 1) -> Locator:
    return page.get_by_role("region", name=f"Output of cell {number}", exact=True)


def act(page: Page, item: str, number: int = 1) -> None:
    page.get_by_role("button", name=f"Output actions of cell {number}", exact=True).click()
    page.get_by_role("menu").get_by_text(item, exact=True).click()


def test_a_traceback_folds_what_is_not_mine_and_leads_to_my_line(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org", permissions=["clipboard-read", "clipboard-write"])
    page = ada.open(ada.new_notebook())
    write(page, 1, FAILING)
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "failed", timeout=60_000)
    expect(region(page)).to_contain_text("KeyError: 'missing'")
    fold = region(page).get_by_role("button", name=re.compile(r"\d+ frames? of libraries"))
    expect(fold.last).to_have_attribute("aria-expanded", "false")
    expect(region(page)).not_to_contain_text("DataFrame.__getitem__")
    fold.last.click()
    expect(region(page)).to_contain_text("DataFrame.__getitem__")

    region(page).get_by_role("button", name="Cell In[1], line 4").click()
    page.keyboard.type("#")
    expect(cell(page, 1).get_by_role("textbox").first).to_contain_text("#    return frame['missing']")

    act(page, "Copy error")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "KeyError: 'missing'" in copied
    assert "DataFrame.__getitem__" in copied
    assert "\x1b" not in copied


def test_outputs_are_hidden_enlarged_saved_and_cleared(sign_in: SignIn, tmp_path: Path) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook(notebook_file(tmp_path, code(PRINTED, display("image/png", PNG)))))
    expect(region(page)).to_contain_text("printed")
    with page.expect_download() as saving:
        act(page, "Download image")
    assert saving.value.suggested_filename == "cell-1.png"

    assert region(page).evaluate("(box) => box.scrollHeight > box.clientHeight + 100")
    act(page, "View output in a scrollable box")
    assert region(page).evaluate("(box) => box.scrollHeight <= box.clientHeight + 1")
    act(page, "View output fullscreen")
    until(lambda: page.evaluate("document.fullscreenElement?.ariaLabel") == "Output of cell 1")
    page.evaluate("document.exitFullscreen()")

    act(page, "Hide output")
    expect(region(page)).to_be_hidden()
    expect(status(page, "Save state")).to_have_text("All changes saved")
    page.reload()
    page.get_by_role("button", name="Output hidden. Show it").click()
    expect(region(page)).to_be_visible()
    act(page, "Clear output")
    expect(region(page)).to_have_count(0)
    page.keyboard.press("Control+m")
    page.keyboard.press("z")
    expect(region(page)).to_contain_text("printed")


def test_who_may_only_look_clears_and_hides_nothing(sign_in: SignIn, tmp_path: Path) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    notebook = ada.new_notebook(notebook_file(tmp_path, code(PRINTED)))
    ada.platform.testctl("share", notebook, bob.email, "viewer")
    page = bob.open(notebook)
    page.get_by_role("button", name="Output actions of cell 1", exact=True).click()
    names = page.get_by_role("menu").inner_text()
    assert "Copy output" in names
    assert "Clear output" not in names
