"""Several people in one notebook, in real browsers: who is where, carets, and undo that is only one's own."""

import os
import re
import signal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Person, SignIn, choose
from tests.e2e.test_main_path import SAVED, cell, status, write
from tests.running import RunningPlatform, until

pytestmark = pytest.mark.e2e


@pytest.fixture
def two(sign_in: SignIn) -> tuple[Person, Person, str]:
    """Ada, Bob, and a notebook of hers that he may edit."""
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    notebook = ada.new_notebook()
    ada.platform.testctl("share", notebook, bob.email, "editor")
    return ada, bob, notebook


def people(page: Page) -> Locator:
    return page.get_by_role("list", name="Collaborators").get_by_role("listitem")


def source(page: Page, number: int) -> Locator:
    return cell(page, number).get_by_role("textbox")


def left_of(element: Locator) -> float:
    """Where it is, when it is drawn: a caret is drawn anew with each word of its owner."""
    return float(until(element.bounding_box, what="it to be drawn")["x"])


def are_apart(platform: RunningPlatform, one: Page, other: Page) -> bool:
    """Whether two pages hang on two web processes: while one of these stands still, one page cannot save."""
    for page in (one, other):
        expect(status(page, "Save state").and_(page.get_by_text(SAVED))).to_be_visible()
        expect(source(page, 1)).to_be_visible()
    first = platform.pids()["web"][0]
    os.kill(first, signal.SIGSTOP)
    try:
        for page in (one, other):
            write(page, 1, "#")
        saved = [status(page, "Save state").and_(page.get_by_text(SAVED)) for page in (one, other)]
        until(lambda: any(state.is_visible() for state in saved), seconds=5, what="one of them to save")
        quick = one if saved[0].is_visible() else other
        write(quick, 1, "#")  # time enough for the other, if it could
        expect(status(quick, "Save state")).to_have_text(SAVED)
        return [state.is_visible() for state in saved].count(True) == 1
    except AssertionError:
        return False
    finally:
        os.kill(first, signal.SIGCONT)


def test_who_is_where_is_seen_from_one_process_to_the_other(two: tuple[Person, Person, str]) -> None:
    ada, bob, notebook = two
    hers, his = ada.open(notebook), bob.open(notebook)
    for _ in range(12):
        if are_apart(ada.platform, hers, his):
            break
        his.close()
        his = bob.open(notebook)
    else:
        pytest.fail("both pages were in one process twelve times")
    hers.get_by_role("button", name="Add text cell").click()
    hers.keyboard.insert_text("Her notes")
    expect(cell(his, 2, "Text").get_by_role("list", name="Others in this cell")).to_have_text(re.compile("ada"))
    cell(his, 2, "Text").dblclick()
    his.keyboard.press("End")
    caret = cell(hers, 2, "Text").locator(".cm-others-caret")
    expect(caret).to_have_attribute("data-name", "bob")
    before = left_of(caret)
    hers.keyboard.press("Home")
    hers.keyboard.insert_text("These are: ")
    until(lambda: left_of(caret) > before + 20, what="his caret to move with its text")
    expect(cell(his, 2, "Text").get_by_role("textbox")).to_have_text("These are: Her notes")
    his.keyboard.press("Shift+Home")
    expect(cell(hers, 2, "Text").locator(".cm-others-selection")).not_to_have_count(0)


def test_a_collaborator_leads_to_their_cell(two: tuple[Person, Person, str]) -> None:
    ada, bob, notebook = two
    hers, his, her_other_tab = ada.open(notebook), bob.open(notebook), ada.open(notebook)
    for number in range(2, 16):
        his.get_by_role("button", name="Add code cell").click()
        his.keyboard.insert_text(f"cell = {number}")
    expect(people(his)).to_have_text([re.compile("B"), re.compile("A")])
    expect(people(hers)).to_have_count(2)
    expect(cell(hers, 15)).not_to_be_in_viewport()
    people(hers).get_by_role("button", name="bob", exact=True).click()
    expect(cell(hers, 15)).to_be_focused()
    expect(cell(hers, 15)).to_be_in_viewport()
    her_other_tab.close()
    hers.close()
    expect(people(his)).to_have_count(1)


def test_p17_undo_takes_back_my_own_edits_one_after_the_other(two: tuple[Person, Person, str]) -> None:
    ada, bob, notebook = two
    hers, his = ada.open(notebook), bob.open(notebook)
    write(hers, 1, "a")
    for letter in "bcd":
        hers.get_by_role("button", name="Add code cell").click()
        hers.keyboard.insert_text(letter)
    expect(source(his, 4)).to_have_text("d")
    write(hers, 1, " typed")
    write(hers, 2, " typed too")
    cell(hers, 3).hover()
    cell(hers, 3).get_by_role("button", name="Delete cell").click()
    choose(hers, "Edit", "Undo")
    for page in (hers, his):
        expect(source(page, 3)).to_have_text("c")
    write(his, 3, "his ")
    expect(source(hers, 3)).to_have_text(re.compile("his"))
    choose(hers, "Edit", "Redo")
    expect(hers.locator("[data-cell-id]")).to_have_count(3)
    cell(hers, 3).get_by_role("button", name="Move cell up").click()
    expect(source(his, 2)).to_have_text("d")
    write(his, 1, "his ")
    expect(source(hers, 1)).to_have_text(re.compile("his"))
    steps = (["A", "B", "d"], ["A", "B", "C", "d"], ["A", "b", "C", "d"], ["a", "b", "C", "d"])
    undo_each(hers, his, steps)


def undo_each(hers: Page, his: Page, steps: tuple[list[str], ...]) -> None:
    """Undo by the keyboard; after each step both pages show this."""
    texts = {"A": "a typedhis ", "B": "b typed too", "C": "chis ", "a": "ahis "}
    hers.locator("[data-cell-id]").first.press("Escape")
    for step in steps:
        hers.keyboard.press("Control+z")
        for page in (hers, his):
            boxes = page.locator("[data-cell-id] [role=textbox]")
            expect(boxes).to_have_text([texts.get(name, name) for name in step])
