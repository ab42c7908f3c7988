"""The Files pane, in a real browser with a real machine."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Person, SignIn

pytestmark = pytest.mark.e2e
MIB = 2**20


def write(page: Page, text: str) -> None:
    page.get_by_role("group", name="Code cell 1", exact=True).get_by_role("textbox").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def run(page: Page, text: str) -> None:
    """Run this in the first cell, to its end."""
    write(page, text)
    page.keyboard.press("Control+Enter")
    cell = page.get_by_role("group", name="Code cell 1", exact=True)
    expect(cell).to_have_attribute("data-state", "done", timeout=60_000)


def output(page: Page) -> Locator:
    return page.get_by_role("region", name="Output of cell 1", exact=True)


def open_files(ada: Person) -> Page:
    page = ada.open(ada.new_notebook())
    run(page, "import os; print(os.getcwd())")
    expect(output(page)).to_have_text(re.compile("/content"))
    page.get_by_role("button", name="Files", exact=True).click()
    expect(page.get_by_role("tree", name="Files")).to_be_visible()
    return page


def entry(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem").filter(has=page.get_by_role("button", name=name, exact=True))


def act(page: Page, name: str, what: str) -> None:
    page.get_by_role("button", name=f"File actions of {name}", exact=True).click()
    page.get_by_role("menuitem", name=what, exact=True).click()


def test_files_are_made_renamed_uploaded_downloaded_and_deleted(sign_in: SignIn, tmp_path: Path) -> None:
    page = open_files(sign_in("ada@example.org"))
    page.get_by_role("button", name="New folder", exact=True).click()
    page.get_by_role("textbox", name="New folder").fill("データ")
    page.keyboard.press("Enter")
    expect(entry(page, "データ")).to_be_visible()
    act(page, "データ", "Rename folder")
    page.get_by_role("textbox", name="New name").fill("data")
    page.keyboard.press("Enter")
    expect(entry(page, "data")).to_be_visible()

    contents = bytes(range(256)) * 8 * 1024
    (tmp_path / "numbers.bin").write_bytes(contents)
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload to session storage").click()
    chosen.value.set_files(tmp_path / "numbers.bin")
    expect(page.get_by_role("region", name="Uploads")).to_have_text(re.compile("uploaded"), timeout=30_000)
    run(page, "data = open('numbers.bin', 'rb').read(); print(len(data), data == bytes(range(256)) * 8 * 1024)")
    expect(output(page)).to_have_text(re.compile(f"{len(contents)} True"))

    with page.expect_download() as saved:
        act(page, "numbers.bin", "Download")
    assert Path(saved.value.path()).read_bytes() == contents
    assert saved.value.suggested_filename == "numbers.bin"

    act(page, "numbers.bin", "Delete file")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(entry(page, "numbers.bin")).to_have_count(0)
    run(page, "print(os.listdir())")
    expect(output(page)).to_have_text(re.compile(r"\['data'\]"))


def test_what_a_cell_writes_is_there_and_can_be_edited(sign_in: SignIn) -> None:
    page = open_files(sign_in("ada@example.org"))
    run(page, "open('a.py', 'w').write('x = 1\\n')")
    entry(page, "a.py").get_by_role("button", name="a.py", exact=True).click()
    editor = page.get_by_role("textbox", name="Contents of a.py")
    expect(editor).to_have_text(re.compile("x = 1"))
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("x = 2\n")
    state = page.get_by_role("status", name="File state")
    expect(state).to_have_text("Unsaved changes")
    page.keyboard.press("Control+S")
    expect(state).to_have_text("")
    run(page, "import a; print('x is', a.x)")
    expect(output(page)).to_have_text(re.compile("x is 2"))

    run(page, "open('a.py', 'w').write('x = 3\\n')")
    expect(editor).to_have_text(re.compile("x = 3"), timeout=10_000)
    editor.click()
    page.keyboard.insert_text("# mine\n")
    run(page, "open('a.py', 'w').write('x = 4\\n')")
    warning = page.get_by_role("alert").filter(has_text="has changed in the machine")
    expect(warning).to_be_visible(timeout=10_000)
    warning.get_by_role("button", name="Overwrite it").click()
    expect(warning).to_have_count(0)
    run(page, "print('it is', repr(open('a.py').read()))")
    expect(output(page)).to_have_text(re.compile("# mine"))


def test_files_are_dropped_with_their_folders_and_nothing_is_replaced_unasked(sign_in: SignIn) -> None:
    page = open_files(sign_in("ada@example.org"))
    run(page, "open('there.txt', 'w').write('old')")
    drop = """([name, text]) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([text], name))
        const files = document.querySelector('[role=tree]')
        files.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}))
    }"""
    page.evaluate(drop, ["there.txt", "new"])
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_have_text(re.compile("There is a file of this name"))
    run(page, "print(open('there.txt').read())")
    expect(output(page)).to_have_text(re.compile("old"))
    uploads.get_by_role("button", name="Replace").click()
    expect(uploads).to_have_text(re.compile("uploaded"))
    run(page, "print(open('there.txt').read())")
    expect(output(page)).to_have_text(re.compile("new"))


def test_p88_the_machine_of_another_is_out_of_reach(sign_in: SignIn) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    page = open_files(ada)
    notebook = page.url.rpartition("/")[2]
    ada.platform.testctl("share", notebook, bob.email, "editor")
    run(page, "open('secret.txt', 'w').write('for Ada')")
    address = f"{ada.platform.address}/notebooks/{notebook}/machine/file"

    assert ada.context.request.get(address, params={"path": "/content/secret.txt"}).text() == "for Ada"
    assert bob.context.request.get(address, params={"path": "/content/secret.txt"}).status == 409
    for path in (
        "/content/../etc/passwd",
        "/content/../proc/self/environ",
        "../etc/passwd",
        "/content/..%2fetc/passwd",
    ):
        assert ada.context.request.get(address, params={"path": path}).status in {404, 409}
