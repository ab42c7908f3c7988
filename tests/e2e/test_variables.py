"""The variable inspector, in a real browser with a real machine."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_machine_files import run, write

pytestmark = pytest.mark.e2e

FRAME = (
    "import pandas as pd\nx = 1\nframe = pd.DataFrame({'n': [3, 1, 2] + [9] * 100, 't': ['c', 'a', 'b'] + ['z'] * 100})"
)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def test_variables_follow_each_run_and_a_data_frame_can_be_sorted(sign_in: SignIn) -> None:
    page = (ada := sign_in("ada@example.org")).open(ada.new_notebook())
    run(page, FRAME)
    page.get_by_role("button", name="Variables", exact=True).click()
    expect(row(page, "x")).to_have_text(re.compile(r"x\s*int\s*1"))
    expect(row(page, "frame")).to_have_text(re.compile(r"DataFrame\s*\(103, 2\)"))
    run(page, "x = 'new'")
    expect(row(page, "x")).to_have_text(re.compile("'new'"))

    row(page, "frame").get_by_role("button", name="View table").click()
    table = page.get_by_role("table", name="Table of frame")
    first = table.get_by_role("row").nth(1)
    expect(first).to_have_text(re.compile("0\\s*3\\s*c"))
    table.get_by_role("button", name="n", exact=True).click()
    expect(first).to_have_text(re.compile("1\\s*1\\s*a"))
    page.get_by_role("button", name="Next rows").click()
    expect(page.get_by_text("Rows 26–50 of 103")).to_be_visible()


def test_the_files_pane_follows_the_folder_that_code_runs_in(sign_in: SignIn) -> None:
    page = (ada := sign_in("ada@example.org")).open(ada.new_notebook())
    run(
        page,
        "import os; os.makedirs('/content/deep/er', exist_ok=True); open('/content/deep/er/inside.txt', 'w').close()",
    )
    page.get_by_role("button", name="Files", exact=True).click()
    expect(page.get_by_role("treeitem").filter(has_text="deep")).to_be_visible()
    run(page, "1")  # now the page knows where code runs
    run(page, "%cd /content/deep/er")
    expect(page.get_by_role("treeitem").filter(has_text="inside.txt").last).to_be_visible()
    run(page, "%cd /usr")
    expect(page.get_by_role("treeitem", selected=True)).to_have_text(re.compile("usr"))


def test_completion_answers_while_a_cell_runs(sign_in: SignIn) -> None:
    page = (ada := sign_in("ada@example.org")).open(ada.new_notebook())
    run(page, "zebra_crossing = 1")
    write(page, "import time; time.sleep(600)")
    page.keyboard.press("Shift+Enter")
    second = page.get_by_role("group", name="Code cell 2", exact=True).get_by_role("textbox")
    expect(page.get_by_role("status", name="Runtime", exact=True)).to_have_text("Busy")
    second.click()
    page.keyboard.type("zebra_c")
    expect(page.get_by_role("option", name="zebra_crossing")).to_be_visible(timeout=20_000)
