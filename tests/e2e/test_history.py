"""Two people write; their history tells who changed what, and brings it back: a cell, everything, and forth again."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn, choose
from tests.e2e.test_main_path import SAVED, cell, output, status, write
from tests.notebooks.documents.files import code, file_of, stream

pytestmark = pytest.mark.e2e


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Revision history")


def compared(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name, exact=True)


def text(page: Page, number: int) -> Locator:
    return cell(page, number).get_by_role("textbox")


def test_a_history_shows_who_changed_what_and_brings_it_back(sign_in: SignIn, tmp_path) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    file = tmp_path / "history.ipynb"
    file.write_bytes(file_of(code("total = 1 + 1", stream("two")), code("the second"), nbformat_minor=4))
    notebook = ada.new_notebook(file)
    ada.platform.testctl("share", notebook, bob.email, "editor")
    hers, his = ada.open(notebook), bob.open(notebook)
    choose(hers, "File", "Revision history")
    expect(panel(hers).locator("[data-revision]")).to_have_count(1)  # the import

    write(his, 2, "# Bob's 🙂\n")
    expect(text(hers, 2)).to_have_text(re.compile("Bob's"))
    revisions = panel(hers).locator("[data-revision]")
    expect(revisions).to_have_count(2, timeout=30_000)
    expect(revisions.first).to_have_text(re.compile("1 cell changed.*bob", re.DOTALL))

    revisions.first.click()
    second = compared(hers, "Code cell 2")
    expect(second.get_by_role("insertion").first).to_have_text(re.compile("Bob's"))
    hers.get_by_role("button", name="Name this version").click()
    hers.get_by_role("textbox", name="Name of this version").fill("Bob's comment")
    hers.get_by_role("button", name="Save name").click()
    expect(revisions.first).to_contain_text("Bob's comment")

    # Bob goes on while Ada looks: everything else is gone, the results too.
    cell(his, 1).click()
    his.keyboard.press("Escape")
    choose(his, "Edit", "Clear all outputs")
    cell(his, 2).click()
    choose(his, "Edit", "Delete selected cells")
    expect(cell(his, 2)).to_have_count(0)
    expect(status(his, "Save state")).to_have_text(SAVED)
    hers.get_by_role("button", name="With now").click()
    hers.get_by_role("button", name="With the version before").click()
    hers.get_by_role("button", name="With now").click()
    expect(compared(hers, "Code cell 1").get_by_role("region", name="Output of cell 1")).to_have_text(re.compile("two"))
    compared(hers, "Code cell 2").get_by_role("button", name="Restore this cell").click()
    expect(text(his, 2)).to_have_text(re.compile("Bob's 🙂"))
    expect(output(his, 1)).to_have_count(0)

    hers.get_by_role("button", name="Restore this version").click()
    expect(hers.get_by_role("article")).to_have_count(0)  # the notebook is seen again
    expect(output(his, 1)).to_have_text(re.compile("two"))
    expect(output(hers, 1)).to_have_text(re.compile("two"))
    hers.get_by_role("button", name="Undo restore").click()
    expect(output(his, 1)).to_have_count(0)
    expect(text(his, 2)).to_have_text(re.compile("Bob's 🙂"))


def test_a_version_is_pinned_and_a_notebook_comes_back_from_the_trash(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    write(page, 1, "to be kept")
    choose(page, "File", "Save and pin revision")
    page.get_by_role("button", name="Revision history").click()
    expect(panel(page).locator("[data-revision]").first).to_contain_text("Pinned")

    page.goto(ada.platform.address)
    row = page.get_by_role("row").filter(has=page.locator(f"a[href='/notebooks/{notebook}']"))
    for back in ("Undo", "Restore"):
        row.locator("summary").click()
        row.get_by_role("button", name="Move to trash").click()
        expect(row).to_have_count(0)
        if back == "Restore":
            page.get_by_role("link", name="Trash").click()
        page.get_by_role("button", name=back).first.click()
        expect(row).to_have_count(1)
    row.locator("summary").click()
    row.get_by_role("button", name="Move to trash").click()
    page.get_by_role("link", name="Trash").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="for ever").first.click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    assert ada.context.request.get(f"{ada.platform.address}/notebooks/{notebook}").status == 404
