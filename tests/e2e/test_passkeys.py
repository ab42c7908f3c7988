"""A passkey, made and used in a real browser with a virtual security device."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_signs_in_without_a_password(sign_in, platform):
    ada = sign_in("ada@example.org")
    page = ada.page()
    with_device(page)
    page.goto(f"{platform.address}/accounts/2fa/webauthn/add/")
    page.get_by_label("It signs me in by itself").check()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="Use a security key").click()  # before the recovery codes are shown
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    ada.context.clear_cookies()
    page.goto(f"{platform.address}/accounts/login/?next=/accounts/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{platform.address}/accounts/")
    expect(page.get_by_role("navigation", name="Account")).to_contain_text("ada")


def test_without_a_passkey_the_page_says_so(chromium, platform):
    page = chromium.new_page(locale="en-US")
    page.goto(f"{platform.address}/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used")).to_be_visible()
