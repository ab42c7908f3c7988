"""What is known of code before it runs: problems underlined, and what names are; with a real machine."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Person, SignIn
from tests.e2e.test_cells import code, made
from tests.e2e.test_machine_files import run
from tests.e2e.test_main_path import cell
from tests.e2e.test_settings import settings

pytestmark = pytest.mark.e2e

CHECKED = 60_000  # a machine may have to start first


@pytest.fixture
def ada(sign_in: SignIn) -> Person:
    return sign_in("help@example.org")


def opened(ada: Person, tmp_path: Path, *cells: str) -> Page:
    page = ada.open(ada.new_notebook(made(tmp_path, *map(code, cells))))
    page.get_by_role("button", name="Connect", exact=True).click()
    return page


def marks(page: Page, number: int) -> Locator:
    return cell(page, number).locator(".cm-lintRange")


def described(page: Page) -> Locator:
    return page.locator(".cm-tooltip .cm-described")


def test_what_is_wrong_is_underlined_and_told(ada: Person, tmp_path: Path) -> None:
    page = opened(
        ada,
        tmp_path,
        "from google.colab import drive\nhere = 1",
        "%cd /content\n!echo {here}\nprint(here, nowhere)",
        "def f(:\n    pass",
    )
    expect(marks(page, 2)).to_have_text("nowhere", timeout=CHECKED)
    expect(marks(page, 1)).to_have_count(0)
    expect(cell(page, 3).locator(".cm-lintRange-error").first).to_be_visible()
    marks(page, 2).hover()
    expect(page.locator(".cm-diagnostic")).to_have_text("“nowhere” is not defined.")

    # It goes as soon as some cell defines the name, without being run.
    cell(page, 1).get_by_role("textbox").click()
    page.keyboard.press("End")
    page.keyboard.type("\nnowhere = 2")
    expect(marks(page, 2)).to_have_count(0)


def test_a_name_that_the_kernel_knows_is_no_problem(ada: Person, tmp_path: Path) -> None:
    page = opened(ada, tmp_path, "made_by_code + 1")
    expect(marks(page, 1)).to_have_text("made_by_code", timeout=CHECKED)
    run(page, "globals()['made_by_code'] = 1")
    expect(marks(page, 1)).to_have_count(0)


def test_a_module_is_found_once_it_is_there(ada: Person, tmp_path: Path) -> None:
    page = opened(ada, tmp_path, "import brought", "import pandas\nwith open('brought.py', 'w') as f: f.write('x = 1')")
    expect(marks(page, 1)).to_have_text("brought", timeout=CHECKED)
    expect(marks(page, 2)).to_have_count(0)
    cell(page, 2).get_by_role("textbox").click()
    page.keyboard.press("Control+Enter")
    expect(marks(page, 1)).to_have_count(0, timeout=CHECKED)


def test_a_name_is_described_by_the_kernel_or_by_its_code(ada: Person, tmp_path: Path) -> None:
    page = opened(
        ada, tmp_path, "def twice(number: int) -> int:\n    'Two of them.'\n    return number * 2", "twice(4)"
    )
    name = cell(page, 2).locator(".cm-line span", has_text="twice").first
    cell(page, 2).get_by_role("textbox").click()
    expect(page.get_by_role("status", name="Runtime", exact=True)).to_have_text("Connected", timeout=CHECKED)
    point_at(page, name)
    expect(described(page)).to_contain_text("def twice(number: int) -> int")
    cell(page, 1).get_by_role("textbox").click()
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "done")
    point_at(page, name)
    expect(described(page)).to_contain_text("Type:")
    expect(described(page)).to_contain_text("Two of them.")


def test_how_a_function_is_called_is_shown_while_its_arguments_are_written(ada: Person, tmp_path: Path) -> None:
    page = opened(ada, tmp_path, "def greet(name, politely=True):\n    'Say hello.'", "")
    run(page, "def greet(name, politely=True):\n    'Say hello.'")
    cell(page, 2).get_by_role("textbox").click()
    page.keyboard.type("greet(")
    expect(described(page)).to_contain_text("greet(name, politely=True)")
    expect(described(page)).to_contain_text("Say hello.")
    page.keyboard.type("'Ada'")
    expect(described(page)).to_be_visible()
    put_away(page)
    expect(cell(page, 2).get_by_role("textbox")).to_be_focused()
    page.keyboard.type(", ")
    expect(described(page)).to_be_visible()
    page.keyboard.type("False)")
    expect(described(page)).to_have_count(0)


def put_away(page: Page) -> None:
    """The first Escape may be for completions that are on their way."""
    for _ in range(3):
        page.keyboard.press("Escape")
        page.wait_for_timeout(300)
        if not described(page).count():
            return
    raise AssertionError("it stays")


def point_at(page: Page, name: Locator) -> None:
    page.mouse.move(5, 5)
    expect(described(page)).to_have_count(0)
    name.hover()


def test_how_much_is_checked_is_a_setting(ada: Person, tmp_path: Path) -> None:
    page = opened(ada, tmp_path, "1 + 'one'", "nowhere")
    expect(marks(page, 2)).to_have_text("nowhere", timeout=CHECKED)
    expect(marks(page, 1)).to_have_count(0)
    dialog = settings(page)
    dialog.get_by_label("Code diagnostics").select_option(label="Syntax and type checking")
    expect(marks(page, 1)).to_have_text("1 + 'one'")
    dialog.get_by_label("Code diagnostics").select_option(label="None")
    expect(marks(page, 1)).to_have_count(0)
    expect(marks(page, 2)).to_have_count(0)
    with page.expect_response(lambda answer: "diagnostics" in (answer.request.post_data or "")):
        dialog.get_by_label("Code diagnostics").select_option(label="Syntax")
    expect(marks(page, 2)).to_have_text("nowhere")


def test_without_a_machine_nothing_is_fetched_for_it(ada: Person, tmp_path: Path) -> None:
    fetched: list[str] = []
    page = ada.page()
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{ada.platform.address}/notebooks/{ada.new_notebook(made(tmp_path, code('nowhere')))}")
    expect(cell(page, 1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not [url for url in fetched if re.search(r"checker|inEditor", url)]
