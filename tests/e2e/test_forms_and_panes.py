"""New form fields, what a form shows, code snippets, and the dialog that opens another notebook."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn, choose
from tests.e2e.test_cells import code, made, text
from tests.e2e.test_main_path import cell

pytestmark = pytest.mark.e2e
FORM = 'n = 1 #@param {type:"slider", min:0, max:9, step:1}\nr = None #@param {type:"raw"}'


@pytest.fixture
def page(sign_in: SignIn, tmp_path: Path) -> Page:
    ada = sign_in("ada@example.org")
    opened = ada.open(ada.new_notebook(made(tmp_path, code(FORM), text("Text"))))
    expect(cell(opened, 1).get_by_role("region", name="Form")).to_be_visible()
    return opened


def test_a_field_of_any_kind_is_added_by_a_dialog(page: Page) -> None:
    cell(page, 1).focus()
    choose(page, "Insert", "Add a form field")
    dialog = page.get_by_role("dialog", name="Add a form field")
    dialog.get_by_label("Kind").select_option(label="Drop-down list")
    dialog.get_by_label("Variable name").fill("class")
    expect(dialog.get_by_role("status")).to_have_text(re.compile("A variable name"))
    expect(dialog.get_by_role("button", name="Add")).to_be_disabled()
    dialog.get_by_label("Variable name").fill("colour")
    dialog.get_by_label("Choices, one a line").fill("red\ngreen")
    dialog.get_by_role("button", name="Add").click()
    expect(cell(page, 1).get_by_label("colour:").locator("option")).to_have_text(["red", "green"])
    page.keyboard.press("Control+z")
    expect(cell(page, 1).get_by_label("colour:")).to_have_count(0)


def test_a_slider_has_a_box_and_a_wrong_value_is_told(page: Page) -> None:
    form = cell(page, 1).get_by_role("region", name="Form")
    form.get_by_label("n as a figure").fill("7")
    form.get_by_label("n as a figure").press("Tab")
    expect(form.get_by_label("n:", exact=True)).to_have_value("7")
    form.get_by_label("r:").fill('"open')
    expect(form.get_by_role("alert")).to_contain_text("cannot be the value here")
    form.get_by_label("r:").fill("[1]")
    expect(form.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Source of cell 1")).to_contain_text("r = [1] #@param")


def test_the_menu_says_what_a_cell_with_a_form_shows(page: Page) -> None:
    cell(page, 1).focus()
    page.get_by_role("menubar").get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="Form only").click()
    expect(page.get_by_role("textbox", name="Source of cell 1")).to_have_count(0)
    page.get_by_role("menubar").get_by_role("menuitem", name="View", exact=True).click()
    expect(page.get_by_role("menuitemcheckbox", name="Form only")).to_be_checked()
    page.get_by_role("menuitemcheckbox", name="Code only").click()
    expect(page.get_by_role("textbox", name="Source of cell 1")).to_be_visible()
    expect(cell(page, 1).get_by_role("region", name="Form")).to_have_count(0)


def test_a_snippet_is_found_and_inserted(page: Page) -> None:
    cell(page, 1).focus()
    page.get_by_role("button", name="Code snippets").click()
    panel = page.get_by_role("complementary", name="Code snippets")
    panel.get_by_role("searchbox").fill("measure")
    panel.get_by_role("button", name="Measure time").click()
    panel.get_by_role("button", name="Insert").click()
    expect(page.get_by_role("textbox", name="Source of cell 2")).to_contain_text("perf_counter")


def test_another_notebook_is_opened_from_a_list_of_examples(page: Page) -> None:
    cell(page, 1).focus()
    page.keyboard.press("Control+o")
    dialog = page.get_by_role("dialog", name="Open notebook")
    expect(dialog.get_by_role("tab", name="Recent")).to_have_attribute("aria-selected", "true")
    expect(dialog.get_by_role("link", name=re.compile("made")).first).to_be_visible()
    dialog.get_by_role("tab", name="Recent").press("ArrowRight")
    dialog.get_by_role("searchbox").fill("chart")
    dialog.get_by_role("link", name="Charts").click()
    expect(page.get_by_role("heading", name=re.compile("Chart")).first).to_be_visible()
