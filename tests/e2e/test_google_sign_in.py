"""A person signs in with Google in a browser, on a running platform, at a local OpenID Connect provider."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.google import Provider, running_provider
from tests.running import RunningPlatform, run_platform

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def google() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def lab(google: Provider) -> Iterator[RunningPlatform]:
    """A platform that takes the provider for Google."""
    yield from run_platform(**google.environment)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def sign_in(page: Page, sub: str) -> None:
    page.get_by_role("button", name="Sign in with Google").click()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def test_one_click_from_the_landing_page_and_one_at_google_lead_home(lab, google, page):
    google.knows("2001", "ada@example.org", name="Ada Lovelace")
    page.goto(lab.address)
    sign_in(page, "2001")
    expect(page).to_have_url(f"{lab.address}/")
    expect(page.get_by_role("heading", name="My notebooks")).to_be_visible()
    expect(page.get_by_role("navigation", name="Account")).to_contain_text("Ada Lovelace")


def test_who_wanted_a_page_gets_it_after_signing_in(lab, google, page):
    google.knows("2002", "grace@example.org")
    page.goto(f"{lab.address}/accounts/")
    sign_in(page, "2002")
    expect(page).to_have_url(f"{lab.address}/accounts/")


def test_p67_an_unverified_address_is_refused_in_plain_words(lab, google, page):
    google.knows("2003", "claimed@example.org", email_verified=False)
    page.goto(lab.address)
    sign_in(page, "2003")
    expect(page.get_by_text("Google has not verified that claimed@example.org is your address")).to_be_visible()
    page.goto(lab.address)
    expect(page.get_by_role("button", name="Sign in with Google")).to_be_visible()


def test_p67_the_address_of_another_google_account_is_refused(lab, google, page):
    google.knows("2004", "shared@example.org")
    google.knows("2005", "shared@example.org")
    page.goto(lab.address)
    sign_in(page, "2004")
    page.get_by_role("navigation", name="Account").locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "2005")
    expect(page.get_by_text("it belongs to another sign-in")).to_be_visible()
