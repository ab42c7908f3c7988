"""The scratch cell: beside the notebook, with its machine, and never in it unless somebody inserts it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Person, SignIn, choose
from tests.e2e.test_cells import code, made
from tests.e2e.test_main_path import SAVED, cell, output, status

pytestmark = pytest.mark.e2e
TABLE = "import pandas as pd\npd.DataFrame({'fruit': ['apple', 'pear']})"


@pytest.fixture
def ada(sign_in: SignIn) -> Person:
    return sign_in("ada@example.org")


@pytest.fixture
def notebook(ada: Person, tmp_path: Path) -> str:
    return ada.new_notebook(made(tmp_path, code("first = 40", id="a"), code("last = 'cell'", id="b")))


def pane(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Scratch code cell")


def source(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Code of the scratch cell")


def printed(page: Page) -> Locator:
    return page.get_by_role("region", name="Output of the scratch cell")


def write(page: Page, text: str) -> None:
    """Write this in the place of what the scratch cell has."""
    source(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def sources(person: Person, notebook: str) -> list[str]:
    return [one["source"] for one in person.platform.testctl("dump", notebook)["cells"]]


def test_code_is_tried_with_the_notebooks_machine_and_inserted_only_by_a_press(ada: Person, notebook: str) -> None:
    page = ada.open(notebook)
    cell(page, 1).get_by_role("textbox").click()
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "done", timeout=60_000)
    page.keyboard.press("Control+Alt+n")
    expect(source(page)).to_be_focused()
    page.keyboard.insert_text("print('scratch', first + 2)")
    page.keyboard.press("Control+Enter")
    expect(printed(page)).to_have_text(re.compile("scratch 42"))
    expect(output(page, 1)).to_have_count(0)

    page.reload()
    expect(cell(page, 2)).to_be_visible()
    assert sources(ada, notebook) == ["first = 40", "last = 'cell'"]
    choose(page, "Insert", "Scratch code cell")
    expect(source(page)).to_have_text("print('scratch', first + 2)")
    expect(printed(page)).to_have_text(re.compile("scratch 42"))

    cell(page, 1).focus()
    pane(page).get_by_role("button", name="Insert into notebook").click()
    expect(cell(page, 3)).to_be_visible()
    expect(status(page, "Save state")).to_have_text(SAVED)
    assert sources(ada, notebook) == ["first = 40", "print('scratch', first + 2)", "last = 'cell'"]


def test_outputs_are_shown_as_a_cells_are_and_a_run_can_be_interrupted(ada: Person, notebook: str) -> None:
    page = ada.open(notebook)
    page.keyboard.press("Control+Alt+n")
    write(page, TABLE)
    page.keyboard.press("Shift+Enter")
    expect(printed(page).get_by_role("table")).to_contain_text("pear", timeout=60_000)
    write(page, "one = 1\nraise ValueError('of the scratch')")
    page.keyboard.press("Control+Enter")
    expect(printed(page)).to_contain_text("ValueError: of the scratch")
    write(page, "from IPython.display import HTML\nHTML('<b onclick=x()>in a frame</b><script>1</script>')")
    page.keyboard.press("Control+Enter")
    frame = pane(page).frame_locator("iframe[title='Rich output of the scratch cell']")
    expect(frame.get_by_text("in a frame")).to_be_visible()
    write(page, "print(input('Who? '))")
    page.keyboard.press("Control+Enter")
    pane(page).get_by_role("textbox", name="Who?").fill("Ada")
    page.keyboard.press("Enter")
    expect(printed(page)).to_contain_text("Ada")
    write(page, "import time\nprint('begun', flush=True)\ntime.sleep(600)")
    page.keyboard.press("Control+Enter")
    expect(printed(page)).to_contain_text("begun")
    pane(page).get_by_role("button", name="Interrupt execution").click()
    expect(printed(page)).to_contain_text("KeyboardInterrupt")


def test_names_are_completed_and_a_selection_runs_by_itself(ada: Person, notebook: str) -> None:
    page = ada.open(notebook)
    page.keyboard.press("Control+Alt+n")
    write(page, "scratch_answer = 6 * 7")
    page.keyboard.press("Shift+Enter")
    expect(pane(page).locator("[data-state=done]").first).to_be_visible(timeout=60_000)
    write(page, "scratch_a")
    page.keyboard.press("Control+Space")
    expect(pane(page).get_by_role("option", name="scratch_answer")).to_be_visible(timeout=20_000)
    page.keyboard.press("Tab")
    expect(source(page)).to_have_text("scratch_answer")
    page.keyboard.type(" + 1; None")
    for _ in range(len(" + 1; None")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Control+Shift+Enter")
    expect(printed(page)).to_have_text(re.compile(r"^\s*42\s*$"))


def test_a_cells_code_is_copied_and_what_was_there_comes_back(ada: Person, notebook: str) -> None:
    page = ada.open(notebook)
    page.keyboard.press("Control+Alt+n")
    write(page, "mine = 1")
    pane(page).get_by_role("button", name="Close").click()
    cell(page, 2).hover()
    cell(page, 2).get_by_role("button", name="More cell actions").click()
    page.get_by_role("menuitem", name="Copy to scratch cell").click()
    expect(source(page)).to_have_text("last = 'cell'")
    page.keyboard.type("  # changed here only")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(source(page)).to_have_text("mine = 1")
    cell(page, 1).focus()
    pane(page).get_by_role("button", name="Copy selected cell here").click()
    expect(source(page)).to_have_text("first = 40")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(source(page)).to_have_text("mine = 1")
    assert sources(ada, notebook) == ["first = 40", "last = 'cell'"]


def test_nobody_else_sees_it_and_a_viewer_uses_it_in_a_copy(ada: Person, notebook: str, sign_in: SignIn) -> None:
    vera = sign_in("vera@example.org")
    ada.platform.testctl("share", notebook, vera.email, "viewer")
    page, hers = ada.open(notebook), vera.open(notebook)
    heard: list[str] = []
    hers.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    hers.reload()
    expect(cell(hers, 1)).to_be_visible()
    page.keyboard.press("Control+Alt+n")
    write(page, "print('pass' + 'word')")
    page.keyboard.press("Control+Enter")
    expect(printed(page)).to_have_text(re.compile("password"), timeout=60_000)
    cell(page, 1).get_by_role("textbox").click()
    page.keyboard.type("print('to ' + 'all')")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("print('to ' + 'all')")
    page.keyboard.press("Control+Enter")
    expect(output(hers, 1)).to_have_text(re.compile("to all"), timeout=30_000)
    assert any("to all" in frame for frame in heard)
    assert not any("password" in frame for frame in heard)

    hers.keyboard.press("Control+Alt+n")
    write(hers, "print('of ' + 'Vera')")
    hers.keyboard.press("Control+Enter")
    hers.get_by_role("button", name="Run anyway").click()
    expect(printed(hers)).to_have_text(re.compile("of Vera"), timeout=60_000)
    expect(source(hers)).to_have_text("print('of ' + 'Vera')")
    assert notebook not in hers.url
    hers.reload()
    hers.keyboard.press("Control+Alt+n")
    expect(source(hers)).to_have_text("print('of ' + 'Vera')")
