"""Data frames as tables: only what is looked at is fetched, and without a kernel the printed table stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn, choose
from tests.e2e.test_main_path import cell, status, write
from tests.e2e.test_output_actions import region

pytestmark = pytest.mark.e2e

FRAME = """import pandas as pd
frame = pd.DataFrame({'n': range(1_000_000), 't': ['tea' if n % 100_000 == 7 else 'water' for n in range(1_000_000)]})
frame"""
CONVERT = "Convert this data frame to an interactive table"


def run(page: Page) -> None:
    write(page, 1, FRAME)
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "done", timeout=60_000)


def test_a_million_rows_are_searched_sorted_and_copied(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org", permissions=["clipboard-read", "clipboard-write"])
    page = ada.open(ada.new_notebook())
    run(page)
    region(page).get_by_role("button", name=CONVERT).click()
    expect(region(page).get_by_text("Rows 1–25 of 1000000")).to_be_visible()
    table = region(page).get_by_role("table", name="Interactive table")
    expect(table.get_by_role("row")).to_have_count(26)
    region(page).get_by_label("Search all columns").fill("tea")
    expect(region(page).get_by_text("Rows 1–10 of 10")).to_be_visible(timeout=20_000)
    table.get_by_role("button", name="n", exact=True).click()
    table.get_by_role("button", name="n ▴").click()
    expect(table.get_by_role("row").nth(1)).to_have_text(re.compile(r"900007\s*900007\s*tea"))
    region(page).get_by_role("button", name="Filter", exact=True).click()
    region(page).get_by_label("Filter n").fill("> 800000")
    expect(region(page).get_by_text("Rows 1–2 of 2")).to_be_visible(timeout=20_000)
    region(page).get_by_role("button", name="Copy as CSV").click()
    expect(region(page).get_by_text("2 rows were copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == ",n,t\n900007,900007,tea\n800007,800007,tea\n"

    region(page).get_by_role("button", name="Show it as it was printed").click()
    expect(region(page).locator("table.dataframe")).to_be_visible()
    choose(page, "Runtime", "Disconnect and delete runtime")
    expect(status(page, "Runtime")).not_to_have_text(re.compile("Connected"))
    expect(region(page).locator("table.dataframe")).to_be_visible()
    expect(region(page).get_by_role("button", name=CONVERT)).to_have_count(0)


def test_the_frame_of_somebody_elses_kernel_is_a_printed_table(sign_in: SignIn) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    notebook = ada.new_notebook()
    ada.platform.testctl("share", notebook, bob.email, "editor")
    run(ada.open(notebook))
    his = bob.open(notebook)
    expect(region(his).locator("table.dataframe")).to_be_visible(timeout=20_000)
    expect(region(his).get_by_role("button", name=CONVERT)).to_have_count(0)
