"""Settings: they show at once, live with the account, and wait in the browser while that cannot be reached."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Person, SignIn, choose
from tests.e2e.test_cells import code, made
from tests.e2e.test_main_path import cell

pytestmark = pytest.mark.e2e


@pytest.fixture
def ada(sign_in: SignIn) -> Person:
    return sign_in("settings@example.org")


@pytest.fixture
def page(ada: Person, tmp_path: Path) -> Page:
    opened = ada.open(ada.new_notebook(made(tmp_path, code("x = 1"), code("y = 2"))))
    expect(cell(opened, 2)).to_be_visible()
    reset = "fetch('/accounts/settings/', {method: 'PUT', headers: {'X-CSRFToken': csrf()}, body: values})"
    csrf = "const csrf = () => JSON.parse(document.getElementById('boot').textContent).csrf"
    opened.evaluate(
        f"values => {{ {csrf}; localStorage.removeItem('tomoni.preferences'); return {reset}.then(r => r.status) }}",
        '{"theme": "light", "fontSize": 14, "vim": false, "lineNumbers": false, "shortcuts": {}}',
    )
    opened.reload()
    expect(cell(opened, 2)).to_be_visible()
    return opened


def settings(page: Page) -> Locator:
    choose(page, "Tools", "Settings")
    return page.get_by_role("dialog", name="Settings")


def test_what_is_chosen_shows_at_once_and_on_another_machine(page: Page, ada: Person, sign_in: SignIn) -> None:
    dialog = settings(page)
    dialog.get_by_label("Theme").select_option(label="Dark")
    dialog.get_by_label("Show line numbers").check()
    with page.expect_response(lambda answer: "fontSize" in (answer.request.post_data or "")):
        dialog.get_by_label("Font size of code").select_option(label="20 px")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(cell(page, 1).locator(".source.code")).to_have_css("font-size", "20px")
    expect(cell(page, 1).locator(".cm-lineNumbers")).to_be_visible()

    elsewhere = sign_in("settings@example.org").page()
    elsewhere.goto(page.url)
    expect(elsewhere.locator("html")).to_have_attribute("data-theme", "dark")
    expect(cell(elsewhere, 1).locator(".source.code")).to_have_css("font-size", "20px")


def test_what_is_chosen_offline_is_told_later(page: Page, ada: Person) -> None:
    dialog = settings(page)
    expect(dialog).to_be_visible()
    ada.context.set_offline(True)
    dialog.get_by_label("Theme").select_option(label="Dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    with page.expect_response(lambda answer: "/accounts/settings/" in answer.url and answer.ok, timeout=20_000):
        ada.context.set_offline(False)
    assert page.request.get(f"{ada.platform.address}/accounts/settings/").json()["theme"] == "dark"


def test_a_command_gets_other_keys_and_its_own_again(page: Page) -> None:
    choose(page, "Tools", "Keyboard shortcuts")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.get_by_role("searchbox").fill("Settings")
    dialog.get_by_role("button", name="Change the keys of Settings", exact=True).click()
    page.keyboard.press("x")
    expect(dialog.get_by_role("status")).to_have_text(re.compile("A key alone"))
    dialog.get_by_role("button", name="Change the keys of Settings", exact=True).click()
    page.keyboard.press("Control+m")
    page.keyboard.press("d")
    expect(dialog.get_by_role("status")).to_have_text(re.compile("no longer “Delete selected cells”"))
    dialog.get_by_role("button", name="Done").click()
    cell(page, 1).focus()
    page.keyboard.press("Control+m")
    page.keyboard.press("d")
    expect(page.get_by_role("dialog", name="Settings")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-cell-id]")).to_have_count(2)

    choose(page, "Tools", "Keyboard shortcuts")
    dialog.get_by_role("button", name="Reset all", exact=True).click()
    dialog.get_by_role("button", name="Done").click()
    cell(page, 1).focus()
    page.keyboard.press("Control+m")
    page.keyboard.press("d")
    expect(page.locator("[data-cell-id]")).to_have_count(1)


def test_vim_keys_write_undo_and_leave_the_cell(page: Page) -> None:
    dialog = settings(page)
    dialog.get_by_label("Vim key bindings").check()
    dialog.get_by_role("button", name="Done").click()
    source = page.get_by_role("textbox", name="Source of cell 1")
    source.click()
    expect(cell(page, 1).locator(".cm-vimMode")).to_be_visible()
    page.keyboard.type("ggA + 1")
    page.keyboard.press("Escape")
    expect(source).to_have_text("x = 1 + 1")
    page.keyboard.press("u")
    expect(source).to_have_text("x = 1")
    page.keyboard.press("Escape")
    expect(cell(page, 1)).to_be_focused()


def test_notebook_info_says_whose_it_is_what_is_in_it_and_how_large_it_is(page: Page, ada: Person) -> None:
    ada.context.grant_permissions(["clipboard-write"])
    choose(page, "View", "Notebook info")
    info = page.get_by_role("dialog", name="Notebook info")

    said = [".", "^settings", "Owner", "20", "20", "2 code, 0 text", r"\d (B|KB) \(with"]
    expect(info.get_by_role("definition")).to_have_text([re.compile(one) for one in said])
    info.get_by_role("button", name="Copy link").click()
    expect(info.get_by_role("status")).to_have_text("Link copied.")
