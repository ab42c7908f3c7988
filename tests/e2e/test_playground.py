"""Playground mode: who may only view edits and runs a copy of their own at once, and keeps it if they like."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person, SignIn, choose
from tests.e2e.test_main_path import SAVED, cell, output, status, write
from tests.running import until

pytestmark = pytest.mark.e2e


@pytest.fixture
def ada(sign_in: SignIn) -> Person:
    return sign_in("ada@example.org")


@pytest.fixture
def vera(sign_in: SignIn) -> Person:
    return sign_in("vera@example.org")


@pytest.fixture
def notebook(ada: Person, vera: Person) -> str:
    """A notebook of Ada's, which Vera may view."""
    made = ada.new_notebook()
    ada.platform.testctl("share", made, vera.email, "viewer")
    return made


def identity(page: Page) -> str:
    return page.url.split("/notebooks/")[1].split("#")[0]


def test_a_viewer_works_in_a_copy_of_their_own_and_keeps_it(ada: Person, vera: Person, notebook: str) -> None:
    hers, page = ada.open(notebook), vera.open(notebook)
    expect(page.get_by_text("Playground mode", exact=True)).to_be_visible()
    write(hers, 1, "answer = 6 * 7")
    expect(cell(page, 1).get_by_role("textbox")).to_have_text(re.compile(r"answer = 6 \* 7"))

    cell(page, 1).get_by_role("textbox").click()
    page.keyboard.press("Control+End")
    typed = "\nprint('seen by Vera', answer)  # every keystroke counts: 0123456789"
    page.keyboard.type(typed, delay=5)
    expect(status(page, "Save state")).to_have_text(SAVED)
    copy = identity(page)
    assert copy != notebook
    # The editor has closed the bracket and the quote by itself, and typing went over them.
    assert ada.platform.testctl("dump", copy)["cells"][0]["source"] == "answer = 6 * 7" + typed

    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_contain_text("authored by ada")
    page.get_by_role("button", name="Run anyway").click()
    expect(output(page, 1)).to_have_text(re.compile("seen by Vera 42"), timeout=60_000)

    page.get_by_role("button", name="Copy to my notebooks").click()
    expect(page.get_by_role("textbox", name="Notebook name")).to_have_value(re.compile("Copy of Untitled"))
    expect(page.get_by_text("Playground mode", exact=True)).to_have_count(0)
    expect(status(page, "Runtime")).to_have_text(re.compile("Connected"))
    assert identity(page) == copy
    assert ada.platform.testctl("dump", notebook)["cells"][0]["source"] == "answer = 6 * 7"

    page.reload()
    expect(output(page, 1)).to_have_text(re.compile("seen by Vera 42"))
    page.goto(vera.platform.address)
    assert page.get_by_role("link", name="Copy of Untitled").get_attribute("href") == f"/notebooks/{copy}"


def test_a_run_alone_makes_the_copy_and_shows_what_ran_in_the_original(
    ada: Person, vera: Person, notebook: str
) -> None:
    hers = ada.open(notebook)
    write(hers, 1, "print('ran by', 'Ada')")
    hers.keyboard.press("Alt+Enter")
    hers.keyboard.insert_text("print('ran by', 'Vera')")
    expect(output(hers, 1)).to_have_text(re.compile("ran by Ada"), timeout=60_000)
    expect(status(hers, "Save state")).to_have_text(SAVED)

    page = vera.open(notebook)
    expect(output(page, 1)).to_have_text(re.compile("ran by Ada"))
    cell(page, 2).hover()
    cell(page, 2).get_by_role("button", name="Run cell").click()
    page.get_by_role("button", name="Cancel").click()
    assert identity(page) == notebook
    cell(page, 2).get_by_role("button", name="Run cell").click()
    page.get_by_role("button", name="Run anyway").click()

    expect(output(page, 2)).to_have_text(re.compile("ran by Vera"), timeout=60_000)
    assert identity(page) != notebook
    page.reload()
    expect(output(page, 1)).to_have_text(re.compile("ran by Ada"))
    expect(output(page, 2)).to_have_text(re.compile("ran by Vera"))
    expect(output(hers, 2)).to_have_count(0)


def test_what_a_viewer_writes_offline_is_in_their_copy_when_the_network_is_back(
    ada: Person, vera: Person, notebook: str
) -> None:
    page = vera.open(notebook)
    expect(cell(page, 1).get_by_role("textbox")).to_be_visible()
    vera.context.set_offline(True)
    write(page, 1, "# written without a network")
    expect(status(page, "Save state")).to_have_text("Offline, changes kept in this browser")
    vera.context.set_offline(False)
    expect(status(page, "Save state")).to_have_text(SAVED)

    source = ada.platform.testctl("dump", identity(page))["cells"][0]["source"]
    assert (source, identity(page) == notebook) == ("# written without a network", False)


def test_copies_open_in_tabs_of_their_own(ada: Person, notebook: str) -> None:
    page = ada.open(notebook)
    write(page, 1, "1 + 1")
    with page.expect_popup() as opened:
        choose(page, "File", "Save a copy")
    copy = opened.value
    expect(copy.get_by_role("textbox", name="Notebook name")).to_have_value(re.compile("Copy of Untitled"))
    expect(cell(copy, 1).get_by_role("textbox")).to_have_text("1 + 1")
    with page.expect_popup() as opened:
        choose(page, "File", "Open in playground mode")
    playground = opened.value
    expect(playground.get_by_text("Playground mode", exact=True)).to_be_visible()
    assert playground.title().startswith("Playground: Untitled")
    assert len({notebook, identity(copy), identity(playground)}) == 3


def test_p18_everybody_is_told_of_the_trash_and_the_machines_stop(ada: Person, sign_in: SignIn) -> None:
    bob = sign_in("bob@example.org")
    notebook = ada.new_notebook()
    ada.platform.testctl("share", notebook, bob.email, "editor")
    hers, his = ada.open(notebook), bob.open(notebook)
    write(his, 1, "import time\nprint('begun', flush=True)\ntime.sleep(600)")
    his.keyboard.press("Control+Enter")
    expect(output(his, 1)).to_have_text(re.compile("begun"), timeout=60_000)

    choose(hers, "File", "Move to trash")

    expect(hers.get_by_text("is in the trash now")).to_be_visible()
    expect(his.get_by_role("alert")).to_contain_text("you no longer have access to it")
    expect(cell(his, 1).get_by_role("textbox")).to_have_attribute("aria-readonly", "true")
    until(lambda: bob.context.request.get(f"{bob.platform.address}/api/runtimes").json() == [], seconds=60)


def test_a_notebook_that_omits_outputs_shows_them_and_saves_none(ada: Person) -> None:
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    choose(page, "Edit", "Notebook settings")
    page.get_by_role("checkbox", name="Omit code cell output when saving this notebook").check()
    page.get_by_role("button", name="Done").click()
    write(page, 1, "print('for our', 'eyes only')")
    page.keyboard.press("Control+Enter")
    expect(output(page, 1)).to_have_text(re.compile("for our eyes only"), timeout=60_000)
    page.reload()
    expect(output(page, 1)).to_have_text(re.compile("for our eyes only"))

    saved = ada.context.request.get(f"{ada.platform.address}/notebooks/{notebook}.ipynb").json()
    assert saved["metadata"]["colab"]["private_outputs"] is True
    assert (saved["cells"][0]["outputs"], saved["cells"][0]["execution_count"]) == ([], None)

    choose(page, "Runtime", "Disconnect and delete runtime")
    until(lambda: printed(ada, notebook) == [[]], seconds=60, what="the outputs to go")
    page.reload()
    expect(cell(page, 1).get_by_role("textbox")).to_be_visible()
    expect(output(page, 1)).to_have_count(0)


def printed(person: Person, notebook: str) -> list[Any]:
    return [run["outputs"] for run in person.platform.testctl("dump", notebook)["executions"].values()]
