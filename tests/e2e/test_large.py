"""P47: a notebook of twenty thousand cells opens, is typed in, searched and walked through like any other."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn, choose

pytestmark = pytest.mark.e2e
CELLS = 20_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def cell(number: int) -> dict[str, object]:
        content = {"id": f"c{number}", "metadata": {}, "source": f"x = {number}\n" * (number % 5 + 1)}
        return {"cell_type": "code", "outputs": [], "execution_count": None, **content}

    path = tmp_path_factory.mktemp("large") / "large.ipynb"
    path.write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [*map(cell, range(1, CELLS + 1))]})
    )
    return path


def group(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=f"Code cell {number}", exact=True)


def test_p47_twenty_thousand_cells_are_opened_typed_in_and_reached(sign_in: SignIn, large: Path) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook(large)
    page = ada.open(notebook)
    group(page, 1).get_by_role("textbox").click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("first ")
    expect(page.get_by_role("status", name="Save state")).to_have_text("All changes saved")
    assert page.locator("[data-cell-id]").count() < 200

    choose(page, "Edit", "Find and replace")
    page.get_by_role("textbox", name="Find", exact=True).fill("x = 13337")
    expect(group(page, 13_337)).to_be_in_viewport()

    page.goto(f"{ada.platform.address}/notebooks/{notebook}#scrollTo=c{CELLS}")
    page.reload()
    expect(group(page, CELLS)).to_be_in_viewport(timeout=30_000)
    group(page, CELLS).get_by_role("textbox").click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("last ")
    expect(page.get_by_role("status", name="Save state")).to_have_text("All changes saved")
    cells = ada.platform.testctl("dump", notebook)["cells"]
    assert len(cells) == CELLS
    assert (cells[0]["source"][:10], cells[-1]["source"][:14]) == ("first x = ", "last x = 20000")


def test_one_walks_through_a_large_notebook_by_keyboard_and_by_scrolling(sign_in: SignIn, large: Path) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook(large))
    group(page, 1).focus()
    for step in range(10):
        for _ in range(10):
            page.keyboard.press("ArrowDown")
        present = group(page, 10 * step + 11)
        expect(present).to_be_focused()
        expect(present).to_be_in_viewport(ratio=1)  # nothing above it changes its height when its editor comes

    page.evaluate("scrollBy(0, 500_000)")
    expect(group(page, 101)).to_be_attached()  # somebody is in it
    expect(group(page, 1)).to_be_attached()
    expect(group(page, 60)).to_have_count(0)
    expect(page.locator("[data-cell-id]").nth(150)).to_be_attached()
