"""The main path, as a newcomer walks it, in each browser: sign in, write, run, close, find it all there."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import SignIn, choose

pytestmark = pytest.mark.e2e
SAVED = "All changes saved"
COUNT = "import time\nfor number in range(40):\n    print(f'line {number}', flush=True)\n    time.sleep(0.1)"


def cell(page: Page, number: int, kind: str = "Code") -> Locator:
    return page.get_by_role("group", name=f"{kind} cell {number}", exact=True)


def write(page: Page, number: int, text: str) -> None:
    cell(page, number).get_by_role("textbox").click()
    page.keyboard.insert_text(text)


def output(page: Page, number: int) -> Locator:
    return page.get_by_role("region", name=f"Output of cell {number}", exact=True)


def status(page: Page, name: str) -> Locator:
    return page.get_by_role("status", name=name, exact=True)


def test_a_newcomer_gets_to_a_result_and_finds_it_again(sign_in: SignIn, browser: Browser) -> None:
    ada = sign_in("ada@example.org", within=browser)
    page = ada.page()
    page.goto(ada.platform.address)
    page.get_by_role("button", name="New notebook").click()
    expect(page).to_have_url(re.compile(r"/notebooks/[0-9a-f-]{36}$"))
    write(page, 1, "print(6 * 7)")
    page.keyboard.press("Shift+Enter")
    expect(output(page, 1)).to_have_text(re.compile("42"), timeout=60_000)
    expect(cell(page, 1)).to_have_attribute("data-state", "done")
    expect(status(page, "Runtime")).to_have_text(re.compile("Connected"))
    expect(status(page, "Save state")).to_have_text(SAVED)
    page.reload()
    expect(output(page, 1)).to_have_text(re.compile("42"))
    expect(cell(page, 1).get_by_role("textbox")).to_have_text(re.compile(re.escape("print(6 * 7)")))


def test_two_people_see_each_other_write_and_run(sign_in: SignIn, browser: Browser) -> None:
    ada, bob = sign_in("ada@example.org", within=browser), sign_in("bob@example.org", within=browser)
    notebook = ada.new_notebook()
    ada.platform.testctl("share", notebook, bob.email, "editor")
    hers, his = ada.open(notebook), bob.open(notebook)
    write(hers, 1, "print('from Ada')")
    expect(cell(his, 1).get_by_role("textbox")).to_have_text(re.compile("from Ada"))
    expect(his.get_by_role("list", name="Collaborators").get_by_role("listitem")).to_have_count(2)
    hers.keyboard.press("Shift+Enter")
    expect(output(his, 1)).to_have_text(re.compile("from Ada"), timeout=60_000)


def test_p09_a_long_cell_goes_on_after_the_browser_is_closed(sign_in: SignIn, browser: Browser) -> None:
    ada = sign_in("ada@example.org", within=browser)
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    write(page, 1, COUNT)
    page.keyboard.press("Control+Enter")
    expect(output(page, 1)).to_have_text(re.compile("line 3"), timeout=60_000)
    page.close()
    again = ada.open(notebook)
    expect(output(again, 1)).to_have_text(re.compile("line 39"), timeout=30_000)
    lines = re.findall(r"line (\d+)", output(again, 1).inner_text())
    assert lines == [str(number) for number in range(40)]


def test_what_is_written_offline_is_kept_and_sent_on_return(sign_in: SignIn, browser: Browser) -> None:
    ada = sign_in("ada@example.org", within=browser)
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    write(page, 1, "# online")
    expect(status(page, "Save state")).to_have_text(SAVED)
    ada.context.set_offline(True)
    page.keyboard.insert_text(" then offline")
    expect(status(page, "Save state")).to_have_text(re.compile("Offline, changes kept in this browser"), timeout=60_000)
    ada.context.set_offline(False)
    expect(status(page, "Save state")).to_have_text(SAVED, timeout=30_000)
    assert ada.platform.testctl("dump", notebook)["cells"][0]["source"] == "# online then offline"


def test_the_machine_is_interrupted_restarted_and_deleted_from_the_menu(sign_in: SignIn, browser: Browser) -> None:
    page = (ada := sign_in("ada@example.org", within=browser)).open(ada.new_notebook())
    write(page, 1, "import time\nkept = 1\ntime.sleep(600)")
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "running", timeout=60_000)
    cell(page, 1).get_by_role("button", name="Interrupt execution").click()
    expect(cell(page, 1)).to_have_attribute("data-state", "failed")
    expect(output(page, 1)).to_have_text(re.compile("KeyboardInterrupt"))
    choose(page, "Runtime", "Restart session")
    expect(status(page, "Runtime")).to_have_text(re.compile("Connected"), timeout=30_000)
    choose(page, "Runtime", "Disconnect and delete runtime")
    expect(status(page, "Runtime")).to_have_text(re.compile("Not connected|Disconnected"), timeout=30_000)
