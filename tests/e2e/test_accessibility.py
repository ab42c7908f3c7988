"""Pages as assistive technology finds them: axe-core has nothing serious to say, in both themes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Person, SignIn, choose
from tests.running import RunningPlatform

pytestmark = pytest.mark.e2e
Theme = Literal["light", "dark"]
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
PAGES = ("/", "/trash", "/accounts/", "/classes/", "/dashboard/", "/dashboard/people", "/dashboard/feedback/")
SERIOUS = {"serious", "critical"}
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"], iframes: false})).violations
    .map(({id, impact, nodes}) => ({id, impact, nodes: nodes.map(({target, any, all, none}) => [target.join(" "),
        [...any, ...all, ...none].map(({message}) => message).join("; ")])}))"""


def seriously_wrong(page: Page, where: str) -> list[str]:
    """What axe-core finds on the page as it is now, with where."""
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{where}: {violation['id']}: {target}: {message}"
        for violation in found
        if violation["impact"] in SERIOUS
        for target, message in violation["nodes"]
    ]


def visitor(sign_in: SignIn, theme: Theme, email: str = "ada@example.org", **options: object) -> Person:
    return sign_in(email, color_scheme=theme, **options)


@THEMES
def test_pages_outside_the_editor(sign_in: SignIn, platform: RunningPlatform, theme: Theme) -> None:
    platform.testctl("user", "root@example.org", "--staff")
    root = visitor(sign_in, theme, "root@example.org")
    root.new_notebook()
    page = root.page()
    found = []
    for address in PAGES:
        answer = page.goto(f"{platform.address}{address}")
        assert answer and answer.ok, address
        found += seriously_wrong(page, address)
    assert found == []


@THEMES
def test_pages_for_who_has_not_signed_in(chromium: Browser, platform: RunningPlatform, theme: Theme) -> None:
    with chromium.new_context(locale="en-US", color_scheme=theme) as stranger:
        page = stranger.new_page()
        found = []
        for address in ("/", "/accounts/login/"):
            page.goto(f"{platform.address}{address}")
            found += seriously_wrong(page, f"{address}, signed out")
    assert found == []


@THEMES
def test_the_editor_and_its_dialogs(sign_in: SignIn, theme: Theme) -> None:
    page = opened(visitor(sign_in, theme))
    found = seriously_wrong(page, "editor")
    for name, open_it in DIALOGS.items():
        open_it(page)
        expect(page.get_by_role("dialog")).to_be_visible()
        found += seriously_wrong(page, name)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert found == []


def opened(person: Person) -> Page:
    page = person.open(person.new_notebook())
    page.get_by_role("group", name="Code cell 1", exact=True).get_by_role("textbox").click()
    page.keyboard.insert_text("# 合計\nprint(sum([1, 2]), 'done')")
    page.get_by_role("button", name="Add text cell", exact=True).click()
    expect(page.get_by_role("group", name="Text cell 2", exact=True)).to_be_visible()
    return page


def by_menu(menu: str, item: str) -> Callable[[Page], None]:
    return lambda page: choose(page, menu, item)


DIALOGS: dict[str, Callable[[Page], None]] = {
    "Share": lambda page: page.get_by_role("button", name="Share", exact=True).click(),
    "Open notebook": by_menu("File", "Open notebook"),
    "Notebook settings": by_menu("Edit", "Notebook settings"),
    "Settings": by_menu("Tools", "Settings"),
    "Keyboard shortcuts": by_menu("Tools", "Keyboard shortcuts"),
    "Command palette": by_menu("Tools", "Command palette"),
    "Change runtime type": by_menu("Runtime", "Change runtime type"),
    "Send feedback": by_menu("Help", "Send feedback"),
}


def test_on_a_narrow_screen_the_cells_own_buttons_leave_its_one_line_free(sign_in: SignIn) -> None:
    ada = visitor(sign_in, "light", viewport={"width": 390, "height": 800})
    page = opened(ada)
    cell = page.get_by_role("group", name="Code cell 1", exact=True)
    cell.get_by_role("textbox").click()
    more = cell.get_by_role("button", name="More cell actions")
    line, button = cell.get_by_role("textbox").bounding_box(), more.bounding_box()
    assert line and button
    assert button["x"] >= line["x"] + line["width"] or button["y"] >= line["y"] + line["height"]
    expect(cell.get_by_role("toolbar").get_by_role("button")).to_have_count(1)
    more.click()
    page.get_by_role("menuitem", name="Move cell down", exact=True).click()
    expect(page.get_by_role("group", name="Code cell 2", exact=True)).to_be_visible()
