"""Pages without a network, killed pages, and pages of another time: what was typed in them is not lost."""

import json
import os
import random
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM, SignIn, choose
from tests.e2e.test_main_path import SAVED, cell, status, write
from tests.running import RunningPlatform, alive, until

pytestmark = pytest.mark.e2e
OFFLINE = "Offline, changes kept in this browser"
EDITS = 30


def notebook_file(folder: Path, *sources: str) -> Path:
    """A notebook with these code cells, named `cell-0` and so on."""
    cells: list[dict[str, object]] = [
        {"id": f"cell-{n}", "cell_type": "code", "source": it, "metadata": {}, "outputs": [], "execution_count": None}
        for n, it in enumerate(sources)
    ]
    file = folder / "made.ipynb"
    file.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    return file


class Writer:
    """Somebody who does generated things to the cells of a page, and remembers what has to come of them."""

    def __init__(self, page: Page, name: str, seed: int) -> None:
        self.page, self.name = page, name
        self.random = random.Random(seed)
        self.typed: dict[str, list[str]] = {}
        self.made: set[str] = set()
        self.deleted: set[str] = set()
        self.words = 0

    def work(self, edits: int) -> None:
        kinds = [self.write] * 5 + [self.move] * 2 + [self.take_back, self.add, self.delete, self.convert]
        for _ in range(edits):
            self.random.choice(kinds)(self.random.choice(self.cells()))

    def cells(self) -> list[str]:
        found = self.page.locator("[data-cell-id]").evaluate_all("cells => cells.map(cell => cell.dataset.cellId)")
        return [str(identity) for identity in found]

    def write(self, identity: str) -> None:
        self._into(identity)
        self.page.keyboard.insert_text(self._word(identity))
        self.page.keyboard.press("Escape")

    def take_back(self, identity: str) -> None:
        self._into(identity)
        self.page.keyboard.insert_text(f"wrong{self.name}")
        self.page.keyboard.press("Control+z")
        self.page.keyboard.press("Escape")

    def add(self, identity: str) -> None:
        before = set(self.cells())
        self._at(identity).focus()
        self.page.get_by_role("button", name=self.random.choice(["Add code cell", "Add text cell"])).click()
        (made,) = set(self.cells()) - before
        self.made.add(made)
        self.page.keyboard.insert_text(self._word(made))
        self.page.keyboard.press("Escape")

    def delete(self, identity: str) -> None:
        if len(self.cells()) > 4:
            self._press(identity, "d")
            self.deleted.add(identity)

    def move(self, identity: str) -> None:
        self._press(identity, self.random.choice("jk"))

    def convert(self, identity: str) -> None:
        self._press(identity, self.random.choice("my"))

    def _press(self, identity: str, key: str) -> None:
        self._at(identity).focus()
        self.page.keyboard.press("Control+m")
        self.page.keyboard.press(key)

    def _into(self, identity: str) -> None:
        self._at(identity).focus()
        self.page.keyboard.press("Enter")
        expect(self._at(identity).locator(".cm-content")).to_be_focused()
        self.page.keyboard.press(self.random.choice(["Control+Home", "Control+End"]))

    def _at(self, identity: str) -> Locator:
        return self.page.locator(f"[data-cell-id='{identity}']")

    def _word(self, identity: str) -> str:
        self.words += 1
        word = f"«{self.name}{self.words}»"
        self.typed.setdefault(identity, []).append(word)
        return word


@pytest.mark.parametrize("seed", [1])
def test_p10_two_browsers_edit_offline_and_merge(sign_in: SignIn, tmp_path: Path, seed: int) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    notebook = ada.new_notebook(notebook_file(tmp_path, *(f"«base{n}»" for n in range(6))))
    ada.platform.testctl("share", notebook, bob.email, "editor")
    writers = [Writer(ada.open(notebook), "a", seed), Writer(bob.open(notebook), "b", seed + 100)]
    for writer, person in zip(writers, (ada, bob), strict=True):
        expect(writer.page.locator(".cm-content")).to_have_count(6)
        person.context.set_offline(True)
        writer.work(EDITS)
        expect(status(writer.page, "Save state")).to_have_text(OFFLINE)
    for person in (ada, bob):
        person.context.set_offline(False)
    for writer in writers:
        expect(status(writer.page, "Save state")).to_have_text(SAVED, timeout=30_000)
    cells = ada.platform.testctl("dump", notebook)["cells"]
    check_union(cells, writers)
    for writer in writers:
        expect_cells(writer.page, [str(it["id"]) for it in cells])
        shown = writer.page.locator("[data-cell-id]").all_inner_texts()
        assert [sorted(re.findall("«.*?»", text)) for text in shown] == [
            sorted(re.findall("«.*?»", it["source"])) for it in cells
        ]


def expect_cells(page: Page, ids: list[str]) -> None:
    for place, identity in enumerate(ids):
        expect(page.locator("[data-cell-id]").nth(place)).to_have_attribute("data-cell-id", identity)
    expect(page.locator("[data-cell-id]")).to_have_count(len(ids))


def check_union(cells: list[dict[str, str]], writers: list[Writer]) -> None:
    """No cell is missing or doubled, and each says exactly what was typed in it."""
    wanted = {f"cell-{number}": [f"«base{number}»"] for number in range(6)}
    for identity in {made for writer in writers for made in writer.made}:
        wanted[identity] = []
    for writer in writers:
        for identity, words in writer.typed.items():
            wanted[identity] = wanted[identity] + words
    for identity in {gone for writer in writers for gone in writer.deleted}:
        del wanted[identity]
    assert len(cells) == len(wanted)
    for it in cells:
        words = wanted[it["id"]]
        assert len(it["source"]) == sum(map(len, words)), (it["source"], words)
        assert all(word in it["source"] for word in words), (it["source"], words)


@pytest.fixture
def profile(
    playwright: Playwright, platform: RunningPlatform, tmp_path: Path
) -> Iterator[Callable[[str], BrowserContext]]:
    """`profile("ada@example.org")` → a browser of hers that remembers, as on her own machine."""
    opened: list[BrowserContext] = []
    program = "/usr/bin/chromium"

    def start(email: str) -> BrowserContext:
        platform.testctl("user", email)
        session = platform.testctl("session", email)
        context = playwright.chromium.launch_persistent_context(tmp_path, executable_path=program, args=CHROMIUM)
        context.add_cookies([{"name": session["name"], "value": session["value"], "url": platform.address}])
        opened.append(context)
        return context

    yield start
    for context in opened:
        context.close()


# What is typed is in the browser's store a moment later; a browser that dies before that has not kept it.
IS_KEPT = """async (text) => {
    const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result) })
    const database = await done(indexedDB.open("tomoni"))
    const texts = await done(database.transaction("texts").objectStore("texts").getAll())
    database.close()
    return texts.some((kept) => kept.text.includes(text))
}"""


def kill_browser(folder: Path) -> None:
    """As when the machine's battery dies: no page hears of it."""
    started = f"--user-data-dir={folder}".encode()
    commands = {int(it.name): it / "cmdline" for it in Path("/proc").iterdir() if it.name.isdigit()}
    for pid, command in commands.items():
        try:
            words = command.read_bytes().split(b"\0")
        except OSError:
            continue
        if started in words and not any(word.startswith(b"--type=") for word in words):
            os.kill(pid, signal.SIGKILL)
            wait_for_end(pid)


def wait_for_end(pid: int) -> None:
    until(lambda: not alive(pid), what="the browser to die")


def test_p11_a_browser_killed_offline_has_the_edits_when_it_comes_back(
    platform: RunningPlatform, profile: Callable[[str], BrowserContext], tmp_path: Path
) -> None:
    platform.testctl("user", "ada@example.org")
    notebook = platform.testctl("notebook", "ada@example.org")["id"]
    context = profile("ada@example.org")
    page = context.new_page()
    page.goto(f"{platform.address}/notebooks/{notebook}")
    write(page, 1, "# before")
    expect(status(page, "Save state")).to_have_text(SAVED)
    context.set_offline(True)
    page.keyboard.insert_text(", and offline")
    page.get_by_role("button", name="Add text cell").click()
    page.keyboard.insert_text("a whole cell")
    expect(status(page, "Save state")).to_have_text(OFFLINE)
    page.wait_for_function(IS_KEPT, arg="a whole cell")
    kill_browser(tmp_path)
    (tmp_path / "SingletonLock").unlink(missing_ok=True)
    again = profile("ada@example.org").new_page()
    again.goto(f"{platform.address}/notebooks/{notebook}")
    expect(cell(again, 1).get_by_role("textbox")).to_have_text("# before, and offline")
    expect(cell(again, 2, "Text")).to_have_text(re.compile("a whole cell"))
    expect(status(again, "Save state")).to_have_text(SAVED)
    sources = [it["source"] for it in platform.testctl("dump", notebook)["cells"]]
    assert sources == ["# before, and offline", "a whole cell"]


def test_edits_of_a_replaced_document_are_recovered_cell_by_cell(sign_in: SignIn, tmp_path: Path) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook(notebook_file(tmp_path, "one = 1", "two = 2", "three = 3"))
    page = ada.open(notebook)
    expect(page.locator(".cm-content")).to_have_count(3)
    ada.context.set_offline(True)
    for number, text in enumerate([" + 100", " + 200", " + 300"], 1):
        write_at_end(page, number, text)
    expect(status(page, "Save state")).to_have_text(OFFLINE)
    ada.platform.testctl("replace", notebook, str(notebook_file(tmp_path, "one = 'restored'", "two = 'restored'")))
    ada.context.set_offline(False)
    dialog = page.get_by_role("dialog", name="Recovered edits")
    edits = dialog.get_by_role("listitem")
    expect(edits).to_have_count(3)
    expect(edits.nth(0).get_by_role("region").locator("del")).to_have_text(["'restored'"])
    edits.nth(0).get_by_role("button", name="Replace cell").click()
    expect(edits).to_have_count(2)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.reload()
    expect(edits).to_have_count(2)
    dialog.get_by_role("button", name="Decide later").click()
    choose(page, "Edit", "Recovered edits")
    edits.filter(has_text="two").get_by_role("button", name="Discard").click()
    expect(edits.get_by_role("button", name="Replace cell")).to_have_count(0)
    edits.get_by_role("button", name="Insert as new cell").click()
    dialog.get_by_role("button", name="Close").last.click()
    expect(status(page, "Save state")).to_have_text(SAVED)
    sources = [it["source"] for it in ada.platform.testctl("dump", notebook)["cells"]]
    assert sources == ["one = 1 + 100", "two = 'restored'", "three = 3 + 300"]
    page.reload()
    expect(page.locator(".cm-content")).to_have_count(3)
    expect(dialog).to_have_count(0)


def write_at_end(page: Page, number: int, text: str) -> None:
    cell(page, number).get_by_role("textbox").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def test_p21_a_page_from_before_an_update_asks_for_a_refresh_and_keeps_its_edits(
    platform: RunningPlatform, sign_in: SignIn
) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    write(page, 1, "# old page")
    expect(status(page, "Save state")).to_have_text(SAVED)
    restart(platform, lambda: page.keyboard.insert_text(", while it was away"), TOMONI_BUILD="the next one")
    banner = page.get_by_role("status").filter(has_text="Please refresh the page")
    expect(banner).to_be_visible(timeout=30_000)
    page.keyboard.insert_text(", and after")
    expect(status(page, "Save state")).to_have_text(SAVED)
    banner.get_by_role("button", name="Reload").click()
    expect(cell(page, 1).get_by_role("textbox")).to_have_text("# old page, while it was away, and after")
    expect(banner).to_have_count(0)


def restart(platform: RunningPlatform, meanwhile: Callable[[], None], **settings: str) -> None:
    """Stop the platform and start it again with these settings."""
    platform.stop()
    meanwhile()
    platform.environment |= settings
    platform.start()


@pytest.mark.parametrize("part", ["codemirror", "RecoveredDialog"])
def test_p21_a_page_whose_parts_are_gone_after_an_update_says_so(sign_in: SignIn, tmp_path: Path, part: str) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook(notebook_file(tmp_path, "one = 1"))
    page = ada.open(notebook)
    expect(page.locator(".cm-content")).to_have_count(1)
    ada.context.set_offline(True)
    write_at_end(page, 1, " + 1")
    expect(status(page, "Save state")).to_have_text(OFFLINE)
    ada.platform.testctl("replace", notebook, str(notebook_file(tmp_path, "one = 2")))
    page.route(f"**/assets/{part}-*.js", lambda route: route.fulfill(status=404))
    ada.context.set_offline(False)
    expect(page.get_by_role("status").filter(has_text="Please refresh the page")).to_be_visible()
    expect(cell(page, 1)).to_have_text(re.compile("one = 2"))
    page.unroute_all()
    page.reload()
    expect(page.get_by_role("dialog", name="Recovered edits")).to_have_text(re.compile(r"one = .*1 \+ 1"))
