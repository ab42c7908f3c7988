"""A running platform, browsers, and people signed in with them.

The fixtures end with this package: while Playwright's synchronous interface is open, the main thread counts as running
an event loop, and no asynchronous test of another package could start its own.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.running import RunningPlatform, run_platform

CHROMIUM = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ENGINES = {"chromium": "chromium-headless-shell", "firefox": "firefox-esr"}  # each with its program


@pytest.fixture(scope="package")
def platform() -> Iterator[RunningPlatform]:
    """One platform with two web processes for all tests of a run that do not break it."""
    yield from run_platform(
        TOMONI_REVISION_SECONDS="1", TOMONI_REVISION_PAUSE_SECONDS="2", TOMONI_COMMENT_MAIL_SECONDS="0.5"
    )


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright, "chromium")
    yield browser
    browser.close()


@pytest.fixture(scope="package", params=ENGINES)
def browser(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Browser]:
    """Each of the engines in turn."""
    started = launch(playwright, request.param)
    yield started
    started.close()


def launch(playwright: Playwright, engine: str, arguments: list[str] = CHROMIUM) -> Browser:
    """Start the system's own build of `engine`, or skip the test when there is none."""
    program = shutil.which(ENGINES[engine])
    if program is None:
        pytest.skip(f"{ENGINES[engine]} is not installed")
    if engine == "chromium":
        # The shell keeps sites in processes of their own only if it is told to.
        return playwright.chromium.launch(executable_path=program, args=[*arguments, "--site-per-process"])
    return playwright.firefox.launch(executable_path=program, channel="moz-firefox")


class Person:
    """Somebody signed in, with a browser of their own."""

    def __init__(self, platform: RunningPlatform, context: BrowserContext, email: str) -> None:
        self.platform, self.context, self.email = platform, context, email

    def page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        return page

    def new_notebook(self, file: Path | None = None) -> str:
        """A notebook of this person's; its id."""
        words = ["--file", str(file)] if file else []
        return str(self.platform.testctl("notebook", self.email, *words)["id"])

    def open(self, notebook: str) -> Page:
        page = self.page()
        page.goto(f"{self.platform.address}/notebooks/{notebook}")
        return page

    def leave(self) -> None:
        """Give back the machines, of which a person may have only a few at once, and close the browser."""
        machines = f"{self.platform.address}/api/runtimes"
        if mine := self.context.request.get(machines).json():
            token = self.platform.testctl("token", self.email)["token"]
            for runtime in mine:
                headers = {"Authorization": f"Bearer {token}"}
                assert self.context.request.delete(f"{machines}/{runtime['id']}", headers=headers).ok
        self.context.close()


SignIn = Callable[..., Person]


@pytest.fixture
def sign_in(platform: RunningPlatform, chromium: Browser) -> Iterator[SignIn]:
    """`sign_in("ada@example.org")` → a Person in a browser context of their own."""
    people: list[Person] = []

    def start(email: str, *, within: Browser = chromium, locale: str = "en-US", **options: object) -> Person:
        platform.testctl("user", email)
        session = platform.testctl("session", email)
        context = within.new_context(locale=locale, **options)  # type: ignore[arg-type]
        context.add_cookies([{"name": session["name"], "value": session["value"], "url": platform.address}])
        people.append(Person(platform, context, email))
        return people[-1]

    yield start
    for person in people:
        person.leave()


def choose(page: Page, menu: str, item: str) -> None:
    """Choose a menu's item, and say yes if it asks."""
    page.get_by_role("menubar").get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()
    if (sure := page.get_by_role("dialog").get_by_role("button", name=re.compile("^(Yes|OK|Restart|Delete)"))).count():
        sure.first.click()
