"""Text cells: sections that fold, tools for Markdown, and pictures that a cell carries."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn, choose
from tests.e2e.test_cells import code, made, text
from tests.e2e.test_main_path import cell, output

pytestmark = pytest.mark.e2e
# One red dot.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)
PASTE = """encoded => {
    const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], "a dot.png", {type: "image/png"}))
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}))
}"""


@pytest.fixture
def page(sign_in: SignIn, tmp_path: Path, request: pytest.FixtureRequest) -> Page:
    """Of a person of each test: where the preview stands is a preference, which another may just have changed."""
    ada = sign_in(f"{request.node.name}@example.org")
    cells = (text("# First"), code("print('one')"), text("## Deeper"), code("print('two')"), text("# Last"), code("3"))
    opened = ada.open(ada.new_notebook(made(tmp_path, *cells)))
    expect(cell(opened, 6)).to_be_visible()
    return opened


def test_a_folded_section_says_what_it_hides_runs_it_and_moves_as_one(page: Page) -> None:
    cell(page, 1, "Text").get_by_role("button", name="Section of cell 1").click()
    expect(page.get_by_role("button", name="3 cells hidden")).to_be_visible()
    expect(page.locator("[data-cell-id]")).to_have_count(3)
    page.get_by_role("button", name="Run the cells of this section").click()
    cell(page, 1, "Text").focus()
    page.keyboard.press("Control+m")
    page.keyboard.press("j")
    expect(cell(page, 2, "Text")).to_have_text(re.compile("First"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-cell-id]")).to_have_count(6)
    expect(output(page, 3)).to_contain_text("one", timeout=60_000)
    expect(output(page, 5)).to_contain_text("two", timeout=20_000)
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "Text")).to_have_text(re.compile("First"))


def test_the_layout_of_sections_is_kept_for_whoever_comes_next(page: Page) -> None:
    choose(page, "View", "Collapse sections")
    expect(page.locator("[data-cell-id]")).to_have_count(2)
    choose(page, "View", "Save collapsed section layout")
    expect(page.get_by_role("status", name="Save state")).to_have_text("All changes saved")
    page.reload()
    expect(page.get_by_role("button", name="3 cells hidden")).to_be_visible()
    expect(page.locator("[data-cell-id]")).to_have_count(2)
    choose(page, "View", "Expand sections")
    expect(page.locator("[data-cell-id]")).to_have_count(6)


def test_tools_write_markdown_by_pointer_and_by_keys(page: Page) -> None:
    cell(page, 5, "Text").dblclick()
    source = page.get_by_role("textbox", name="Source of cell 5")
    expect(source).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("word")
    page.keyboard.press("Shift+Home")
    tools = cell(page, 5, "Text").get_by_role("toolbar", name="Text formatting")
    tools.get_by_role("button", name="Bold").click()
    expect(source).to_contain_text("**word**")
    page.keyboard.press("Control+i")
    expect(source).to_contain_text("***word***")
    page.keyboard.press("Alt+F10")
    expect(tools.get_by_role("button", name="Heading")).to_be_focused()
    page.keyboard.press("Enter")
    expect(source).to_contain_text("# ***word***")
    expect(cell(page, 5, "Text").locator(".view").get_by_role("heading", name="word")).to_be_visible()
    tools.get_by_role("button", name="Preview: beside").click()
    tools.get_by_role("button", name="Preview: below").click()
    expect(cell(page, 5, "Text").locator(".view")).to_be_hidden()
    tools.get_by_role("button", name="Preview: none").click()


def test_a_pasted_picture_is_carried_by_the_cell(page: Page) -> None:
    cell(page, 5, "Text").dblclick()
    expect(page.get_by_role("textbox", name="Source of cell 5")).to_be_focused()
    page.keyboard.press("Control+End")
    page.evaluate(PASTE, base64.b64encode(PNG).decode())
    expect(page.get_by_role("textbox", name="Source of cell 5")).to_contain_text("![a_dot.png](attachment:a_dot.png)")
    picture = cell(page, 5, "Text").locator(".view img")
    expect(picture).to_have_js_property("naturalWidth", 1)
    expect(page.get_by_role("status", name="Save state")).to_have_text("All changes saved")
    file = page.request.get(f"{page.url}.ipynb").json()
    assert file["cells"][4]["attachments"] == {"a_dot.png": {"image/png": base64.b64encode(PNG).decode()}}
    page.keyboard.press("Control+z")
    expect(picture).to_have_count(0)
