"""The terminal, in a real browser with a real machine."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person, SignIn
from tests.e2e.test_main_path import output, write

pytestmark = pytest.mark.e2e


def open_terminal(ada: Person) -> Page:
    page = ada.open(ada.new_notebook())
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("status", name="Runtime", exact=True)).to_have_text("Connected", timeout=60_000)
    page.get_by_role("button", name="Terminal", exact=True).click()
    prompt(page)
    return page


def prompt(page: Page) -> None:
    expect(page.locator(".xterm-rows")).to_have_text(re.compile("root@tomoni:/content#"), timeout=20_000)


def enter(page: Page, command: str) -> None:
    page.get_by_role("textbox", name="Terminal input").focus()
    page.keyboard.type(f"{command}\n")


def test_a_shell_of_the_machine_that_stays_over_a_reload_and_a_killed_web_process(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = open_terminal(ada)
    screen = page.locator(".xterm-rows")
    enter(page, "kept=日本; echo $((6 * 7)) > answer; echo done-$kept")
    expect(screen).to_have_text(re.compile("done-日本"))
    write(page, 1, "print(open('answer').read())")
    page.keyboard.press("Control+Enter")
    expect(output(page, 1)).to_have_text(re.compile("42"))

    page.reload()
    page.get_by_role("button", name="Terminal", exact=True).click()
    expect(screen).to_have_text(re.compile("done-日本"), timeout=20_000)
    with page.expect_websocket(lambda socket: "/streams" in socket.url):
        for which in range(2):
            ada.platform.kill("web", which=which)
    expect(page.get_by_role("status", name="Terminal state")).to_have_text("", timeout=30_000)
    enter(page, "clear; echo still-$kept")
    expect(screen).to_have_text(re.compile("still-日本"), timeout=30_000)


def test_keys_of_a_terminal_are_no_commands_of_the_page_and_there_may_be_several(sign_in: SignIn) -> None:
    page = open_terminal(sign_in("ada@example.org"))
    enter(page, "cat")
    page.keyboard.type("abdm")
    page.keyboard.press("Control+m")
    expect(page.locator(".xterm-rows")).to_have_text(re.compile("abdm"))
    expect(page.get_by_role("group", name=re.compile("^Code cell"))).to_have_count(1)
    page.keyboard.press("Control+c")

    page.get_by_role("button", name="New terminal").click()
    expect(page.get_by_role("tab")).to_have_count(2)
    prompt(page)
    enter(page, "exit")
    expect(page.get_by_role("tab")).to_have_count(1)
    page.get_by_role("button", name="End terminal").click()
    expect(page.get_by_role("tab")).to_have_count(0)


def test_its_size_is_that_of_the_window_and_a_flood_can_be_stopped(sign_in: SignIn) -> None:
    page = open_terminal(sign_in("ada@example.org"))
    screen = page.locator(".xterm-rows")
    enter(page, "stty size")
    expect(screen).to_have_text(re.compile(r"\d+ 1\d\d"))
    page.set_viewport_size({"width": 500, "height": 700})
    enter(page, "clear; stty size")
    expect(screen).to_have_text(re.compile(r"\d+ [4-6]\d"))
    enter(page, "yes flooding")
    expect(screen).to_have_text(re.compile("flooding"))
    page.keyboard.press("Control+c")
    enter(page, "echo stopped-$?")
    expect(screen).to_have_text(re.compile("stopped-130"), timeout=20_000)
