"""Cells in bulk: chosen, moved, dragged, cut, copied, pasted, merged and split, each taken back by one undo."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person, SignIn, choose
from tests.e2e.test_main_path import cell

pytestmark = pytest.mark.e2e

NAMES = ("one", "two", "three", "four", "five")


def made(folder: Path, *cells: dict[str, object]) -> Path:
    file = folder / "made.ipynb"
    file.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    return file


def code(source: str, **metadata: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def text(source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def says(page: Page, expected: str) -> None:
    """What the code cells say, in their order; a line break is written as a bar."""
    texts = [re.compile(rf"^\s*{re.escape(text)}\s*$".replace("\\|", r"\s+")) for text in expected.split(" ")]
    expect(page.locator("[data-cell-id] .source.code")).to_have_text(texts, use_inner_text=True)


def chosen(page: Page, count: int) -> None:
    expected = f"{count} cells selected" if count > 1 else ""
    expect(page.get_by_role("status", name="Selected cells")).to_have_text(re.compile(f"^ *{expected}"))
    expect(page.locator(".marked")).to_have_count(count if count > 1 else 0)


@pytest.fixture
def ada(sign_in: SignIn) -> Person:
    return sign_in("ada@example.org")


@pytest.fixture
def page(ada: Person, tmp_path: Path) -> Page:
    opened = ada.open(ada.new_notebook(made(tmp_path, *(code(name) for name in NAMES))))
    expect(cell(opened, 5)).to_be_visible()
    return opened


def test_cells_are_chosen_by_keys_and_moved_together(page: Page) -> None:
    cell(page, 2).focus()
    page.keyboard.press("Shift+ArrowDown")
    chosen(page, 2)
    expect(cell(page, 3)).to_have_accessible_description("selected")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowUp")
    chosen(page, 2)
    page.keyboard.press("Control+m")
    page.keyboard.press("k")
    says(page, "two three one four five")
    chosen(page, 2)
    page.keyboard.press("Control+m")
    page.keyboard.press("d")
    says(page, "one four five")
    page.keyboard.press("Control+z")
    says(page, "two three one four five")
    page.keyboard.press("Control+z")
    says(page, "one two three four five")
    page.keyboard.press("Control+Shift+a")
    chosen(page, 5)
    page.keyboard.press("ArrowUp")
    chosen(page, 1)


def test_clicks_with_ctrl_and_shift_choose_cells(page: Page) -> None:
    cell(page, 1).locator(".source.code").click()
    cell(page, 3).locator(".source.code").click(modifiers=["Control"])
    chosen(page, 2)
    cell(page, 5).locator(".source.code").click(modifiers=["Shift"])
    chosen(page, 3)
    cell(page, 4).locator(".source.code").click(modifiers=["Control"])
    chosen(page, 2)
    choose(page, "Edit", "Delete selected cells")
    says(page, "one two four")
    page.keyboard.press("Control+z")
    says(page, "one two three four five")
    cell(page, 2).locator(".source.code").click()
    chosen(page, 1)
    expect(page.get_by_role("textbox", name="Source of cell 2")).to_be_focused()


def test_chosen_cells_are_dragged_by_the_handle(page: Page) -> None:
    cell(page, 1).focus()
    page.keyboard.press("Shift+ArrowDown")
    cell(page, 2).hover()
    cell(page, 2).locator(".handle").hover()
    page.mouse.down()
    target = cell(page, 4).bounding_box()
    assert target
    page.mouse.move(target["x"] + 200, target["y"], steps=3)
    page.mouse.move(target["x"] + 200, target["y"] + target["height"] - 5, steps=3)
    expect(page.locator(".gap")).to_be_visible()
    page.mouse.up()
    says(page, "three four one two five")
    page.keyboard.press("Control+z")
    says(page, "one two three four five")


def test_cells_go_to_another_notebook_by_the_clipboard(ada: Person, page: Page, tmp_path: Path) -> None:
    cell(page, 2).focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+c")
    expect(page.get_by_role("status", name="Selected cells")).to_have_text(re.compile("2 cells copied"))
    other = ada.open(ada.new_notebook(made(tmp_path, code("first"))))
    cell(other, 1).focus()
    other.keyboard.press("Control+v")
    says(other, "first two three")
    chosen(other, 2)
    other.keyboard.press("Control+z")
    says(other, "first")

    page.bring_to_front()
    page.keyboard.press("Control+x")
    says(page, "one four five")
    page.keyboard.press("Control+v")
    says(page, "one four two three five")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    says(page, "one two three four five")


def test_text_from_elsewhere_becomes_cells(page: Page) -> None:
    cell(page, 5).focus()
    page.evaluate(
        """text => {
            const data = new DataTransfer()
            data.setData("text/plain", text)
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}))
        }""",
        "# %% [markdown]\n# # Title\n\n# %%\nx=1\ny=2\n",
    )
    expect(cell(page, 6, "Text").get_by_role("heading", name="Title")).to_be_visible()
    says(page, "one two three four five x=1|y=2")
    page.keyboard.press("Control+z")
    says(page, "one two three four five")


def test_the_menu_copies_and_pastes_as_well(ada: Person, page: Page) -> None:
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell(page, 1).focus()
    page.keyboard.press("Shift+ArrowDown")
    choose(page, "Edit", "Copy cell or selection")
    assert "# %%\none" in page.evaluate("navigator.clipboard.readText()")
    choose(page, "Edit", "Paste")
    says(page, "one two one two three four five")
    page.evaluate("navigator.clipboard.writeText('elsewhere')")
    choose(page, "Edit", "Paste")
    says(page, "one two one two elsewhere three four five")


def test_cells_are_merged_split_and_converted(page: Page) -> None:
    cell(page, 1).focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    choose(page, "Edit", "Merge cells")
    says(page, "one|two|three four five")
    page.get_by_role("textbox", name="Source of cell 1").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+m")
    page.keyboard.press("-")
    says(page, "one two|three four five")
    expect(page.get_by_role("textbox", name="Source of cell 2")).to_be_focused()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    says(page, "one two three four five")
    cell(page, 2).focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+m")
    page.keyboard.press("m")
    expect(cell(page, 2, "Text")).to_be_visible()
    expect(cell(page, 3, "Text")).to_be_visible()
    page.keyboard.press("Control+z")
    says(page, "one two three four five")
