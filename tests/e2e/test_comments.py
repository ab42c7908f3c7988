"""Comments between two browsers: on selected text, with a mention, a letter, a reply, and a mark that stays."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn
from tests.running import RunningPlatform, until

pytestmark = pytest.mark.e2e
CODE = "total = 0\naverage = total / 12"
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def source(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Source of cell 1", exact=True)


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Comments")


def mark(page: Page) -> Locator:
    return page.locator("[data-cell-id] .comment-mark")


def letters(platform: RunningPlatform) -> str:
    """All mail that has left; ours is not encoded."""
    return "".join(path.read_text() for path in sorted((platform.home / "mail").glob("*")))


def comment_on_12(page: Page) -> None:
    """Select the number in the code and ask Bob about it, by keyboard alone."""
    source(page).click()
    page.keyboard.insert_text(CODE)
    page.keyboard.press("Control+End")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.insert_text("Why 12, ")
    page.keyboard.type("@bob")
    page.get_by_role("option", name=re.compile("bob@example.org")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")


def reply(page: Page, text: str) -> None:
    panel(page).get_by_role("button", name="Reply").click()
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def write_at_the_top(page: Page, text: str) -> None:
    source(page).click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text(text)


def link_in_a_letter(platform: RunningPlatform, notebook: str) -> str:
    link = rf"{re.escape(platform.address)}/notebooks/{notebook}#comment=[0-9a-f-]{{36}}"
    return str(until(lambda: re.search(link, letters(platform)), what="a letter to Bob")[0])


def test_a_comment_is_seen_mailed_answered_and_stays_with_its_text(sign_in: SignIn) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    notebook = ada.new_notebook()
    ada.platform.testctl("share", notebook, bob.email, "editor")
    hers, his = ada.open(notebook), bob.open(notebook)
    comment_on_12(hers)
    expect(mark(hers)).to_have_text("12")
    expect(mark(his)).to_have_text("12")
    his.get_by_role("button", name="1 comment on cell 1").click()
    expect(panel(his)).to_contain_text("Why 12, @bob")
    reply(his, "Months.")
    expect(panel(hers)).to_contain_text("Months.")
    write_at_the_top(his, "# 前に書く😀\n")
    expect(source(hers)).to_contain_text("前に書く")
    expect(mark(hers)).to_have_text("12")
    panel(hers).get_by_role("button", name="Mark as resolved").click()
    expect(mark(his)).to_have_count(0)
    expect(panel(his)).to_contain_text("There are no open comments.")
    again = bob.page()
    again.goto(link_in_a_letter(ada.platform, notebook))
    panel(again).get_by_role("button", name="Reopen").click()
    expect(mark(hers)).to_have_text("12")


def test_p58_a_comment_acts_in_no_page_and_a_commenter_edits_nothing(sign_in: SignIn) -> None:
    ada, eve = sign_in("ada@example.org"), sign_in("eve@example.org")
    notebook = ada.new_notebook()
    ada.platform.testctl("user", eve.email, "--name", HOSTILE)
    ada.platform.testctl("share", notebook, eve.email, "commenter")
    hers = eve.open(notebook)
    page = ada.open(notebook)
    dialogs: list[str] = []
    for each in (hers, page):
        each.on("dialog", lambda dialog: dialogs.append(dialog.message))
    hers.get_by_role("group", name="Code cell 1").hover()
    hers.get_by_role("button", name="Add a comment").click()
    hers.keyboard.insert_text(HOSTILE)
    hers.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Comments", exact=True).click()
    expect(panel(page)).to_contain_text(HOSTILE)
    assert page.locator("aside :is(img, script)").count() == 0 and dialogs == []
    source(hers).click()
    expect(hers.get_by_role("button", name="Move cell up")).to_have_count(0)
    hers.keyboard.type("nothing")
    expect(hers.get_by_text("You are in your own copy now.")).to_be_visible(timeout=30_000)
    assert ada.platform.testctl("dump", notebook)["cells"][0]["source"] == ""


def test_commented_text_is_marked_where_it_is_read(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    page.get_by_role("button", name="Add text cell").click()
    expect(page.get_by_role("textbox", name="Source of cell 2")).to_be_focused()
    page.keyboard.insert_text("# 見出し\n\nSome **bold words** here")
    for _ in range(len(" here")):
        page.keyboard.press("ArrowLeft")
    for _ in range(len("**bold words**")):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.insert_text("Why bold?")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Close the text editor").click()
    drawn = page.get_by_role("group", name="Text cell 2").locator("strong > mark")
    expect(drawn).to_have_text("bold words")

    panel(page).get_by_role("button", name="Close").click()
    expect(panel(page)).to_have_count(0)
    drawn.click()
    expect(panel(page)).to_contain_text("Why bold?")
    panel(page).get_by_role("button", name="Mark as resolved").click()
    expect(page.locator("strong")).to_have_text("bold words")
    expect(page.locator("strong > mark")).to_have_count(0)
