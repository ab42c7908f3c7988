"""An output that burns the reader's processor (P98): its frame has its own process, and the page a way to end it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM, SignIn, launch
from tests.e2e.test_main_path import SAVED, cell, output, status, write
from tests.e2e.test_outputs import code, display, frame_of, notebook_file, watched

pytestmark = pytest.mark.e2e
LATE_LOOP = "<p>A plot.</p><script>setTimeout(() => { for (;;); }, 1000)</script>"
NODES = 1_000_000
LARGE = f"""<script>
for (let at = 0; at < {NODES}; at++) document.body.append(document.createElement("b"))
</script>"""
DIALOGS = """<script>
for (let at = 0; at < 1000; at++) { alert(at); confirm(at); prompt(at) }
document.body.append("Nobody was asked.")
</script>"""


@pytest.fixture(scope="module", params=["chromium-headless-shell", "chromium"])
def isolating(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Browser]:
    """The shell, told to isolate sites as whole browsers do; and a whole browser, told nothing."""
    if request.param == "chromium-headless-shell":
        browser = launch(playwright, "chromium")
    elif program := shutil.which(request.param):
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
    else:
        pytest.skip(f"{request.param} is not installed")
    yield browser
    browser.close()


def opened(sign_in: SignIn, browser: Browser, folder: Path, html: str) -> tuple[Page, list[str], str]:
    """The page of a notebook whose first cell has the output, and whose second has none; its dialogs, its id."""
    ada = sign_in("ada@example.org", within=browser)
    notebook = ada.new_notebook(notebook_file(folder, code(display("text/html", html)), code()))
    page = ada.page()
    dialogs = watched(page)
    page.goto(f"{ada.platform.address}/notebooks/{notebook}")
    page.locator("iframe").wait_for()
    return page, dialogs, notebook


def expect_usable(page: Page, written: str) -> None:
    """What is typed is there and saved."""
    write(page, 2, written)
    expect(cell(page, 2).get_by_role("textbox")).to_contain_text(written)
    expect(status(page, "Save state")).to_have_text(SAVED)


def complaint(page: Page) -> Locator:
    return output(page, 1).get_by_role("alert")


def test_p98_a_loop_without_end_is_said_stopped_and_started_again(
    sign_in: SignIn, isolating: Browser, tmp_path: Path
) -> None:
    page, _, notebook = opened(sign_in, isolating, tmp_path, LATE_LOOP)
    expect(complaint(page)).to_contain_text("do not answer any more", timeout=60_000)
    expect_usable(page, "# while it loops")

    complaint(page).get_by_role("button", name="Stop them").click()
    expect(output(page, 1)).to_contain_text("The scripts of this output were stopped.")
    expect(page.locator("iframe")).to_have_count(0)
    expect_usable(page, "# afterwards")
    saved = sign_in("ada@example.org").platform.testctl("dump", notebook)["cells"][1]["source"]
    assert re.sub(r"[^a-z]+", " ", saved) == " while it loops afterwards"

    output(page, 1).get_by_role("button", name="Start them again").click()
    expect(page.locator("iframe")).to_have_count(1)
    expect(complaint(page)).to_contain_text("do not answer any more", timeout=60_000)


def test_p98_a_million_elements_leave_the_page_usable(sign_in: SignIn, isolating: Browser, tmp_path: Path) -> None:
    page, _, _ = opened(sign_in, isolating, tmp_path, LARGE)
    expect_usable(page, "# while it grows")
    frame = frame_of(page)
    frame.wait_for_function(f"document.body.querySelectorAll('b').length === {NODES}", timeout=120_000)
    expect_usable(page, "# when it is large")
    assert page.evaluate("document.querySelectorAll('*').length") < 5_000


def test_p98_alerts_in_a_loop_ask_nobody(sign_in: SignIn, isolating: Browser, tmp_path: Path) -> None:
    page, dialogs, _ = opened(sign_in, isolating, tmp_path, DIALOGS)
    expect(page.frame_locator("iframe").get_by_text("Nobody was asked.")).to_be_visible()
    expect_usable(page, "# in peace")
    assert dialogs == []
