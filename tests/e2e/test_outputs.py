"""What strangers' outputs and texts can do to a reader: be read, and nothing else (P58, P59, P60)."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Frame, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM, SignIn
from tests.running import until

pytestmark = pytest.mark.e2e
HERE = Path(__file__).parent
ATTACKS = json.loads((HERE.parent / "messages" / "attacks.json").read_text())
HANDLERS = """[...document.querySelectorAll("*")]
    .flatMap((element) => [...element.attributes]).map(({ name }) => name).filter((name) => /^on/.test(name))"""


@pytest.fixture(scope="module")
def strict_chromium(playwright: Playwright) -> Iterator[Browser]:
    """Chromium as people have it: Playwright's own would let windows open by themselves; with a camera to be taken."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    browser = playwright.chromium.launch(
        executable_path=program,
        args=[*CHROMIUM, "--use-fake-device-for-media-stream"],
        ignore_default_args=["--disable-popup-blocking"],
    )
    yield browser
    browser.close()


def display(mime: str, value: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {mime: value}, "metadata": {}}


def code(*outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": "", "metadata": {}, "execution_count": 1, "outputs": list(outputs)}


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def notebook_file(folder: Path, *cells: dict[str, Any]) -> Path:
    file = folder / "hostile.ipynb"
    file.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells)}))
    return file


def frame_of(page: Page, number: int = 1) -> Frame:
    element = page.locator("iframe").nth(number - 1)
    element.scroll_into_view_if_needed()
    handle = element.element_handle()
    frame = handle.content_frame()
    assert frame
    return frame


def watched(page: Page) -> list[str]:
    """What the page must never do: ask anything in a dialog."""
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    return dialogs


def test_p58_no_text_and_no_output_acts_in_the_page(sign_in: SignIn, chromium: Browser, tmp_path: Path) -> None:
    """Even without the page's policy. Outputs that need a frame are left out: what runs there is the subject of P59."""
    ada = sign_in("ada@example.org", within=chromium, bypass_csp=True)
    texts = [text(f"before {attack} after\n\n{attack}") for attack in ATTACKS]
    error = {"output_type": "error", "ename": ATTACKS[2], "evalue": ATTACKS[4], "traceback": ATTACKS}
    stream = {"output_type": "stream", "name": "stdout", "text": "\n".join(ATTACKS)}
    kinds = (
        "text/markdown",
        "text/latex",
        "image/svg+xml",
        "text/plain",
        "application/vnd.<img src=x onerror=alert(1)>",
    )
    outputs = [display(kind, attack) for kind in kinds for attack in ATTACKS]
    notebook = ada.new_notebook(notebook_file(tmp_path, *texts, code(error, stream, *outputs)))
    page = ada.page()
    dialogs = watched(page)
    page.goto(f"{ada.platform.address}/notebooks/{notebook}")
    expect(page.get_by_role("region", name=f"Output of cell {len(texts) + 1}", exact=True)).to_be_attached()
    for share in range(0, 101, 5):
        page.evaluate(
            "(share) => document.scrollingElement.scrollTo(0, document.body.scrollHeight * share / 100)", share
        )
        page.wait_for_timeout(100)

    assert dialogs == []
    assert page.evaluate(HANDLERS) == []
    assert page.url.endswith(notebook)


def test_p59_a_frame_has_no_way_out(sign_in: SignIn, strict_chromium: Browser, tmp_path: Path) -> None:
    ada = sign_in("ada@example.org", within=strict_chromium)
    script = (HERE / "escape.js").read_text().replace("@APP@", ada.platform.address)
    file = notebook_file(
        tmp_path,
        code(display("text/html", f"<p>A plot.</p><script>{script}</script>")),
        code(display("text/html", "<script>window.secret = 1</script><p>A neighbour.</p>")),
    )
    notebook = ada.new_notebook(file)
    page = ada.page()
    dialogs = watched(page)
    with page.expect_console_message(lambda said: said.text.startswith('{"report"'), timeout=90_000) as telling:
        page.goto(f"{ada.platform.address}/notebooks/{notebook}")
        frame_of(page, 2)
    outcomes = json.loads(telling.value.text)["report"]

    assert len(outcomes) >= 30
    assert {name: outcome for name, outcome in outcomes.items() if not outcome.startswith("refused")} == {}
    assert dialogs == []
    assert page.url.endswith(notebook)
    until(lambda: len(ada.context.pages) == 1, seconds=5, what="no other window to be there")


def test_p60_what_a_frame_says_is_not_believed(sign_in: SignIn, chromium: Browser, tmp_path: Path) -> None:
    ada = sign_in("ada@example.org", within=chromium)
    script = (HERE / "forge.js").read_text()
    stream = {"output_type": "stream", "name": "stdout", "text": "untouched\n"}
    file = notebook_file(tmp_path, code(display("text/html", f"<script>{script}</script>")), code(stream))
    page = ada.page()
    dialogs = watched(page)
    page.goto(f"{ada.platform.address}/notebooks/{ada.new_notebook(file)}")
    frame_of(page).wait_for_selector("#report", state="attached")
    page.wait_for_timeout(500)

    assert page.locator("iframe").evaluate("(frame) => frame.getBoundingClientRect().height") <= 20_000
    assert page.evaluate("[({}).polluted, document.activeElement.tagName === 'IFRAME']") == [None, False]
    assert page.get_by_role("group").count() == 2
    expect(page.get_by_role("region", name="Output of cell 2", exact=True)).to_have_text("untouched")
    assert dialogs == []


def test_outputs_are_shown_and_sized(sign_in: SignIn, browser: Browser, tmp_path: Path) -> None:
    ada = sign_in("ada@example.org", within=browser)
    script = "<script>document.currentScript.after('second')</script>"
    file = notebook_file(
        tmp_path,
        code(
            {"output_type": "stream", "name": "stdout", "text": "10%\r100%\n\x1b[31mred\x1b[0m"},
            display("text/html", f"<p style='height: 300px'>first</p>{script}"),
            display("application/javascript", "element.textContent = 'third'"),
            display("text/plain", "fourth"),
        ),
    )
    page = ada.open(ada.new_notebook(file))
    region = page.get_by_role("region", name="Output of cell 1", exact=True)

    expect(region).to_contain_text("100%")
    expect(region.locator(".ansi-text-1")).to_have_text("red")
    expect(region).to_contain_text("fourth")
    frame = page.frame_locator("iframe")
    for word in ("first", "second", "third"):
        expect(frame.get_by_text(word)).to_be_visible()
    inside = frame.locator("main").evaluate("(main) => Math.ceil(main.getBoundingClientRect().height)")
    assert inside > 300
    expect(page.locator("iframe")).to_have_css("height", f"{inside}px")


def test_escape_leaves_a_frame(sign_in: SignIn, chromium: Browser, tmp_path: Path) -> None:
    ada = sign_in("ada@example.org", within=chromium)
    file = notebook_file(tmp_path, code(display("text/html", "<style>button{}</style><button>A widget</button>")))
    page = ada.open(ada.new_notebook(file))
    page.frame_locator("iframe").get_by_role("button", name="A widget").click()
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    page.keyboard.press("Escape")
    until(lambda: page.evaluate("document.activeElement.tagName") != "IFRAME")
