"""Where a Colab user looks for it: forms, the command palette, the table of contents, links to a cell."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_main_path import cell

pytestmark = pytest.mark.e2e

FORM = """#@title Choose { run: "auto" }
#@markdown What is **said**:
name = "Ada" #@param {type:"string"}
times = 1 #@param {type:"slider", min:1, max:5, step:1}
loud = False #@param {type:"boolean"}
sign = "!" #@param ["!", "?"]
print((name.upper() if loud else name) * times + sign)"""


def notebook_file(folder: Path) -> Path:
    cells: list[dict[str, object]] = [
        {"id": "top", "cell_type": "markdown", "source": "# The beginning\n\nText", "metadata": {}},
        {"id": "form", "cell_type": "code", "source": FORM, "metadata": {}, "outputs": [], "execution_count": None},
        {
            "id": "part",
            "cell_type": "markdown",
            "source": "## A `part` of it\n\n```\n# no heading\n```",
            "metadata": {},
        },
        {"id": "last", "cell_type": "markdown", "source": "終わり\n===", "metadata": {}},
    ]
    file = folder / "made.ipynb"
    file.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    return file


@pytest.fixture
def page(sign_in: SignIn, tmp_path: Path) -> Page:
    ada = sign_in("ada@example.org")
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = ada.open(ada.new_notebook(notebook_file(tmp_path)))
    expect(cell(opened, 4, "Text")).to_be_visible()
    return opened


def test_a_form_changes_its_code_and_its_code_the_form(page: Page) -> None:
    form = cell(page, 2).get_by_role("region", name="Form")
    expect(form.get_by_role("heading", name="Choose")).to_be_visible()
    source = cell(page, 2).get_by_role("textbox", name="Source of cell 2")
    form.get_by_label("name:").fill('Bob "B"')
    form.get_by_label("loud:").check()
    form.get_by_label("sign:").select_option("?")
    form.get_by_label("times:").fill("2")
    for line in ('name = "Bob \\"B\\"" #@param', "loud = True", 'sign = "?"', "times = 2 #@param"):
        expect(source).to_contain_text(line)

    # Somebody edits the code: the field follows.
    source.get_by_text('"Bob').first.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.insert_text('more = 7 #@param {type:"integer"}')
    expect(form.get_by_label("more:")).to_have_value("7")

    # One undo takes back one choice.
    page.keyboard.press("Escape")
    form.get_by_role("button", name="Hide code").click()
    expect(source).to_have_count(0)
    form.get_by_role("button", name="Show code").click()
    expect(source).to_be_visible()


def test_a_form_that_was_run_runs_again_by_itself(page: Page) -> None:
    cell(page, 2).get_by_role("button", name="Run cell").click()
    output = page.get_by_role("region", name="Output of cell 2")
    expect(output).to_contain_text("Ada!", timeout=60_000)
    cell(page, 2).get_by_role("region", name="Form").get_by_label("sign:").select_option("?")
    expect(output).to_contain_text("Ada?", timeout=20_000)


def test_the_palette_finds_a_command_and_runs_it(page: Page) -> None:
    cell(page, 1, "Text").focus()
    page.keyboard.press("Control+Shift+P")
    palette = page.get_by_role("dialog", name="Command palette")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("code")
    expect(palette.get_by_role("option", selected=True)).to_be_visible()
    palette.get_by_role("combobox").fill("Text cell")
    expect(palette.get_by_role("option").first).to_contain_text("Text cell")
    page.keyboard.press("Enter")
    expect(palette).to_have_count(0)
    expect(page.get_by_role("group", name="Text cell 2")).to_be_visible()

    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+P")
    expect(palette.get_by_role("option").first).to_contain_text("Text cell")  # the last one comes first
    palette.get_by_role("combobox").fill("qqqq")
    expect(palette.get_by_role("status")).to_have_text("No command is called like this.")


def test_the_table_of_contents_lists_headings_and_leads_there(page: Page) -> None:
    page.get_by_role("button", name="Table of contents").click()
    contents = page.get_by_role("complementary", name="Table of contents")
    expect(contents.get_by_role("listitem")).to_have_text(["The beginning", "A part of it", "終わり"])
    contents.get_by_role("button", name="終わり").click()
    expect(cell(page, 4, "Text")).to_be_focused()
    expect(contents.get_by_role("button", name="終わり")).to_have_attribute("aria-current", "location")


def test_a_link_to_a_cell_leads_to_it(page: Page) -> None:
    cell(page, 3, "Text").click()
    cell(page, 3, "Text").get_by_role("button", name="More cell actions").click()
    page.get_by_role("menuitem", name="Copy link to cell").click()
    expect(page.get_by_text("The link to the cell is copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/notebooks/[\w-]+#scrollTo=part$", link)
    page.goto("about:blank")
    page.goto(link)
    expect(cell(page, 3, "Text")).to_be_focused()


def test_find_and_replace_over_all_cells_is_one_change(page: Page) -> None:
    cell(page, 1, "Text").focus()
    page.keyboard.press("Control+h")
    panel = page.get_by_role("complementary", name="Find and replace")
    expect(panel.get_by_role("textbox", name="Find", exact=True)).to_be_focused()
    page.keyboard.type("name")
    expect(panel.get_by_role("status")).to_have_text(re.compile(r"^\d of 3$"))
    expect(cell(page, 2).locator(".found")).to_have_count(3)
    panel.get_by_label("Regular expression").check()
    panel.get_by_role("textbox", name="Find", exact=True).fill("name(?= =)|(text)")
    expect(panel.get_by_role("status")).to_have_text("1 of 2")
    panel.get_by_role("textbox", name="Replace with").fill("new $1")
    panel.get_by_role("button", name="Replace all").click()
    expect(panel.get_by_role("status")).to_have_text("2 places were replaced.")
    expect(cell(page, 1, "Text")).to_contain_text("new Text")
    source = cell(page, 2).get_by_role("textbox", name="Source of cell 2")
    expect(source).to_contain_text('new  = "Ada"')

    cell(page, 1, "Text").focus()
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "Text")).not_to_contain_text("new Text")
    expect(source).to_contain_text('name = "Ada"')
    panel.get_by_role("textbox", name="Find", exact=True).fill("(")
    expect(panel.get_by_role("status")).to_have_text("This is not a regular expression yet.")
