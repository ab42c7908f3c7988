"""Sharing as people do it: by the dialog, by mail, by a link, and taking it back while the other is there."""

import re

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect

from tests.e2e.conftest import Person, SignIn
from tests.running import until

pytestmark = pytest.mark.e2e
WITHIN = 5_000  # what the platform promises for a changed role


def share_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share", exact=True)
    expect(dialog.get_by_role("combobox", name="General access")).to_be_enabled()
    return dialog


def mail_to(person: Person) -> str:
    """What the platform has mailed to somebody."""
    folder = person.platform.home / "mail"
    letters = [file.read_text() for file in folder.glob("*")] if folder.exists() else []
    return "".join(letter for letter in letters if f"To: {person.email}" in letter)


def source(page: Page) -> Locator:
    return page.get_by_role("group", name="Code cell 1", exact=True).get_by_role("textbox")


def test_p56_a_notebook_is_shared_by_name_and_taken_back_while_it_is_open(sign_in: SignIn) -> None:
    ada, bob = sign_in("ada.shares@example.org"), sign_in("bob.reads@example.org")
    hers = ada.open(ada.new_notebook())
    dialog = share_dialog(hers)
    dialog.get_by_role("textbox", name="Add people by email").fill(bob.email)
    dialog.get_by_role("combobox", name="Role", exact=True).select_option("Editor")
    dialog.get_by_role("textbox", name="Message").fill("Look at <b>this</b>")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("list", name="People with access")).to_contain_text(bob.email)
    dialog.get_by_role("button", name="Done").click()
    letter = until(lambda: mail_to(bob), what="the letter to Bob")
    assert "Look at <b>this</b>" in letter and "/notebooks/" in letter

    his = bob.page()
    his.goto(bob.platform.address)
    his.get_by_role("region", name="Shared with me").get_by_role("link").click()
    source(his).click()
    his.keyboard.insert_text("from Bob")
    expect(source(hers)).to_have_text(re.compile("from Bob"))

    dialog = share_dialog(hers)
    dialog.get_by_role("combobox", name="bob.reads", exact=True).select_option("Viewer")
    expect(his.get_by_text("Playground mode", exact=True)).to_be_visible(timeout=WITHIN)
    dialog.get_by_role("button", name="Remove access of bob.reads").click()
    expect(his.get_by_text("you no longer have access")).to_be_visible(timeout=WITHIN)
    his.goto(bob.platform.address)
    expect(his.get_by_role("region", name="Shared with me").get_by_role("link")).to_have_count(0)


def test_p56_anyone_with_the_link_comes_in_and_goes_with_it(sign_in: SignIn, chromium: Browser) -> None:
    ada, cleo = sign_in("ada.links@example.org"), sign_in("cleo.links@example.org")
    notebook = ada.new_notebook()
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hers = ada.open(notebook)
    dialog = share_dialog(hers)
    dialog.get_by_role("combobox", name="General access").select_option("Anyone with the link")
    expect(dialog.get_by_role("combobox", name="What they may do")).to_have_value("viewer")
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_text("Link copied.")).to_be_visible()
    link = hers.evaluate("navigator.clipboard.readText()")
    assert re.search(rf"/notebooks/{notebook}\?key=[\w-]{{40,}}$", link)

    his = cleo.open(notebook)
    expect(his.get_by_text("There is nothing here")).to_be_visible()
    his.goto(link)
    expect(his.get_by_text("Playground mode", exact=True)).to_be_visible()
    assert his.url == f"{cleo.platform.address}/notebooks/{notebook}"
    dialog.get_by_role("combobox", name="General access").select_option("Restricted")
    expect(his.get_by_text("you no longer have access")).to_be_visible(timeout=WITHIN)
    his.goto(link)
    expect(his.get_by_text("There is nothing here")).to_be_visible()


def test_people_whom_one_knows_are_offered_and_a_new_link_is_asked_about(sign_in: SignIn) -> None:
    ada, zoe = sign_in("ada.offers@example.org"), sign_in("zoe@example.org")
    first = share_dialog(ada.open(ada.new_notebook()))
    first.get_by_role("textbox", name="Add people by email").fill(zoe.email)
    first.get_by_role("button", name="Send").click()
    expect(first.get_by_role("list", name="People with access")).to_contain_text(zoe.email)

    page = ada.open(ada.new_notebook())
    dialog = share_dialog(page)
    field = dialog.get_by_role("textbox", name="Add people by email")
    field.press_sequentially("new@example.org, zo")
    offered = dialog.get_by_role("option", name=zoe.email)
    expect(offered).to_be_visible()
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    expect(dialog).to_be_visible()
    page.keyboard.type("e")
    expect(offered).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"new@example.org, {zoe.email}, ")

    asked: list[str] = []

    def refuse(question: Dialog) -> None:
        asked.append(question.message)
        question.dismiss()

    page.once("dialog", refuse)
    dialog.get_by_role("combobox", name="General access").select_option("Anyone with the link")
    link = dialog.get_by_role("button", name="Replace the link")
    link.click()
    expect(link).to_be_enabled()
    assert len(asked) == 1 and "at once" in asked[0]


def test_p97_a_group_is_shared_with_and_who_is_taken_out_of_it_loses_the_notebook(sign_in: SignIn) -> None:
    ada, bob = sign_in("ada.groups@example.org"), sign_in("bob.groups@example.org")
    ada.platform.testctl("org", "Grouped", "--admin", ada.email, "--member", bob.email)
    page = ada.page()
    page.goto(f"{ada.platform.address}/organizations/grouped/groups")
    page.get_by_role("textbox", name="Name").fill("Class 1")
    page.get_by_role("button", name="Make the group").click()
    page.get_by_role("textbox", name="Email addresses").fill(bob.email)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("row", name=bob.email)).to_be_visible()

    hers = ada.open(ada.new_notebook())
    dialog = share_dialog(hers)
    dialog.get_by_role("combobox", name="Add a group").select_option("Class 1 (Grouped)")
    dialog.get_by_role("combobox", name="Class 1", exact=True).select_option("Editor")
    expect(dialog.get_by_role("list", name="Groups with access")).to_contain_text("1 member")

    his = bob.page()
    his.goto(bob.platform.address)
    his.get_by_role("region", name="Shared with me").get_by_role("link").click()
    source(his).click()
    his.keyboard.insert_text("from the group")
    expect(source(hers)).to_have_text(re.compile("from the group"))
    page.get_by_role("button", name=f"Remove {bob.email}").click()
    expect(his.get_by_text("you no longer have access")).to_be_visible(timeout=WITHIN)
