"""Japanese is composed through an input method while others write in the same line, and move or delete the cell."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_main_path import SAVED, cell, status

pytestmark = pytest.mark.e2e


class InputMethod:
    """What an input method does in a browser, through the Chrome DevTools Protocol."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def compose(self, *texts: str) -> None:
        """Show these one after the other as what is being composed."""
        for text in texts:
            self._send("Input.imeSetComposition", text=text, selectionStart=len(text), selectionEnd=len(text))

    def commit(self, text: str) -> None:
        self._send("Input.insertText", text=text)

    def _send(self, command: str, **about: Any) -> None:
        self.devtools.send(command, about)


@pytest.fixture
def pages(sign_in: SignIn) -> tuple[Page, Page, str]:
    """Ada's and Bob's page of one notebook with a first cell that says `one two`, and its id."""
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    notebook = ada.new_notebook()
    ada.platform.testctl("share", notebook, bob.email, "editor")
    hers, his = ada.open(notebook), bob.open(notebook)
    source(hers, 1).click()
    hers.keyboard.insert_text("one two")
    expect(source(his, 1)).to_have_text("one two")
    source(his, 1).click()
    return hers, his, notebook


def source(page: Page, number: int) -> Locator:
    return cell(page, number).get_by_role("textbox")


def at(page: Page, place: int) -> None:
    """Put the caret there."""
    page.keyboard.press("Control+Home")
    for _ in range(place):
        page.keyboard.press("ArrowRight")


def test_composing_goes_on_while_another_writes_in_the_same_line(pages: tuple[Page, Page, str]) -> None:
    hers, his, _ = pages
    method = InputMethod(hers)
    at(hers, 4)
    method.compose("n", "に", "にh", "にほ")
    expect(source(his, 1)).to_have_text("one にほtwo")
    at(his, 0)
    his.keyboard.insert_text("# ")
    his.keyboard.press("Control+End")
    his.keyboard.insert_text("!")
    at(his, 7)
    his.keyboard.insert_text("x")
    expect(status(his, "Save state")).to_have_text(SAVED)
    expect(source(hers, 1)).to_have_text("one にほtwo")
    method.compose("にほn", "日本")
    method.commit("日本")
    method.compose("g", "ご", "語")
    method.commit("語")
    hers.keyboard.insert_text("-")
    expect(source(his, 1)).to_have_text(re.compile("日本語-"))
    for page in (hers, his):
        expect(source(page, 1)).to_have_text(re.compile("^# one (x日本語-|日本語-x)two!$"))
    expect(source(hers, 1)).to_have_text(source(his, 1).inner_text())


def test_composing_goes_on_while_another_moves_the_cell(pages: tuple[Page, Page, str]) -> None:
    hers, his, _ = pages
    for text in ("three", "four"):
        his.get_by_role("button", name="Add code cell").click()
        his.keyboard.insert_text(text)
    expect(source(hers, 3)).to_have_text("four")
    method = InputMethod(hers)
    at(hers, 0)
    method.compose("に", "にほん")
    source(his, 1).click()
    for _ in range(2):
        his.keyboard.press("Control+m")
        his.keyboard.press("j")
    expect(source(his, 3)).to_have_text("にほんone two")
    expect(status(his, "Save state")).to_have_text(SAVED)
    method.compose("日本")
    method.commit("日本")
    expect(source(hers, 3)).to_have_text("日本one two")
    expect(source(hers, 3)).to_be_focused()
    hers.keyboard.insert_text("語")
    expect(source(his, 3)).to_have_text("日本語one two")


def test_typing_goes_on_while_another_moves_the_cell(pages: tuple[Page, Page, str]) -> None:
    hers, his, _ = pages
    his.get_by_role("button", name="Add code cell").click()
    his.keyboard.insert_text("three")
    at(hers, 3)
    for _ in range(3):
        source(his, 1).click()
        his.keyboard.press("Control+m")
        his.keyboard.press("j")
        expect(source(hers, 1)).to_have_text("three")
        hers.keyboard.insert_text("-")
        source(his, 1).click()
        his.keyboard.press("Control+m")
        his.keyboard.press("j")
        expect(source(hers, 2)).to_have_text("three")
        hers.keyboard.insert_text("+")
    expect(source(his, 1)).to_have_text("one-+-+-+ two")


def test_what_is_composed_in_a_cell_that_another_deletes_can_be_brought_back(pages: tuple[Page, Page, str]) -> None:
    hers, his, _ = pages
    his.get_by_role("button", name="Add code cell").click()
    expect(cell(hers, 2)).to_be_visible()
    method = InputMethod(hers)
    at(hers, 7)
    method.compose("に", "にほん")
    expect(source(his, 1)).to_have_text("one twoにほん")
    cell(his, 1).hover()
    cell(his, 1).get_by_role("button", name="Delete cell").click()
    expect(status(his, "Save state")).to_have_text(SAVED)
    method.compose("日本")
    method.commit("日本")
    notice = hers.get_by_role("status").filter(has_text="Somebody else deleted the cell")
    notice.get_by_role("button", name="Bring it back").click()
    expect(source(hers, 1)).to_have_text("one two日本")
    expect(source(his, 1)).to_have_text("one two日本")
    his.locator("[data-cell-id]").first.press("Escape")
    his.keyboard.press("Control+z")
    for page in (hers, his):
        expect(page.locator("[data-cell-id]")).to_have_count(1)  # his deletion is past, so his new cell was undone
        expect(source(page, 1)).to_have_text("one two日本")


def test_what_is_typed_and_composed_before_the_editor_came_goes_into_it(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.page()
    held: list[Route] = []
    page.route(re.compile("/codemirror-[^/]*[.]js"), lambda route: held.append(route))
    page.goto(f"{ada.platform.address}/notebooks/{ada.new_notebook()}")
    source(page, 1).click()
    expect(source(page, 1)).to_be_focused()
    page.keyboard.type("name = ")
    kana = InputMethod(page)
    kana.compose("に", "にほ")
    assert held
    for route in held:
        route.continue_()
    page.wait_for_timeout(500)  # the editor waits until the input method is through
    kana.commit("日本")
    expect(cell(page, 1).locator(".cm-content")).to_have_text("name = 日本")
    page.keyboard.type("!")
    expect(source(page, 1)).to_have_text("name = 日本!")
    expect(status(page, "Save state")).to_have_text(SAVED)
