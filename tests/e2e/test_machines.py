"""The Runtime menu: types, sessions, resources, logs, what was run, and the end of a machine."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person, SignIn, choose
from tests.e2e.test_main_path import cell, output, status, write
from tests.running import until

pytestmark = pytest.mark.e2e


@pytest.fixture
def ada(sign_in: SignIn) -> Person:
    return sign_in("ada@example.org")


@pytest.fixture
def page(ada: Person) -> Page:
    return ada.open(ada.new_notebook())


def run(page: Page, number: int) -> None:
    cell(page, number).get_by_role("textbox").click()
    page.keyboard.press("Control+Enter")


def runtime_of(person: Person) -> str:
    """The machine that this person has; "" for none."""
    mine = person.context.request.get(f"{person.platform.address}/api/runtimes").json()
    return str(mine[0]["id"]) if mine else ""


def test_a_notebook_asks_for_another_type_and_gets_it(ada: Person, page: Page) -> None:
    ada.platform.testctl("kind", "small", "--name", "Small machine", "--memory", "512")
    write(page, 1, "print('hello')")
    run(page, 1)
    expect(output(page, 1)).to_have_text(re.compile("hello"), timeout=60_000)
    first = runtime_of(ada)

    choose(page, "Runtime", "Change runtime type")
    dialog = page.get_by_role("dialog", name="Change runtime type")
    dialog.get_by_role("radio", name=re.compile("Small machine")).check()
    expect(dialog).to_contain_text("The present machine is deleted")
    dialog.get_by_role("button", name="Save").click()
    until(lambda: runtime_of(ada) not in {first, ""}, seconds=60)
    expect(status(page, "Runtime")).to_have_text("Connected", timeout=60_000)

    dump = ada.platform.testctl("dump", page.url.split("/notebooks/")[1])
    assert dump["metadata"]["tomoni"] == {"runtime_type": "small"}
    choose(page, "Runtime", "View resources")
    expect(page.get_by_role("complementary")).to_contain_text("Small machine")
    expect(page.get_by_role("img", name=re.compile("RAM over time"))).to_be_visible(timeout=20_000)


def test_sessions_are_listed_and_ended(ada: Person, page: Page) -> None:
    write(page, 1, "1 + 1")
    run(page, 1)
    expect(output(page, 1)).to_have_text(re.compile("2"), timeout=60_000)

    choose(page, "Runtime", "Manage sessions")
    dialog = page.get_by_role("dialog", name="Manage sessions")
    expect(dialog).to_contain_text("this notebook")
    dialog.get_by_role("button", name=re.compile("Terminate the session of")).click()
    expect(dialog).to_contain_text("You have no machines", timeout=30_000)
    dialog.get_by_role("button", name="Close").last.click()

    expect(status(page, "Runtime")).to_have_text("Disconnected")
    choose(page, "Runtime", "View runtime logs")
    log = page.get_by_role("dialog", name="Runtime logs")
    for what in ("A machine was asked for", "The machine is ready", "The machine is gone"):
        expect(log).to_contain_text(what)


def test_what_was_run_is_kept_and_can_be_had_again(page: Page) -> None:
    write(page, 1, "answer = 41 + 1")
    run(page, 1)
    expect(cell(page, 1)).to_have_attribute("data-state", "done", timeout=60_000)
    write(page, 1, "something else")

    choose(page, "View", "Executed code history")
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("answer = 41 + 1")
    panel.get_by_role("button", name="Insert as new cell").click()
    expect(cell(page, 2).get_by_role("textbox")).to_have_text(re.compile(r"answer = 41 \+ 1"))


def test_the_coming_end_is_said_and_one_stays_connected(ada: Person, page: Page) -> None:
    write(page, 1, "1")
    run(page, 1)
    expect(status(page, "Runtime")).to_have_text("Connected", timeout=60_000)
    ada.platform.testctl("elapse", runtime_of(ada), "last_activity_at", str(85 * 60))

    notice = page.get_by_text("Nobody uses the machine")
    expect(notice).to_be_visible(timeout=40_000)
    page.get_by_role("button", name="Stay connected").click()
    expect(notice).to_be_hidden()


def test_p91_afterwards_it_is_said_why_and_one_click_runs_it_all_again(ada: Person, page: Page) -> None:
    write(page, 1, "print('again')")
    run(page, 1)
    expect(output(page, 1)).to_have_text(re.compile("again"), timeout=60_000)
    expect(status(page, "Runtime")).to_have_text("Connected")
    ada.platform.testctl("elapse", runtime_of(ada), "last_activity_at", str(91 * 60))

    expect(page.get_by_text("Nobody used the machine for 90 minutes")).to_be_visible(timeout=60_000)
    expect(status(page, "Runtime")).to_have_text("Disconnected")
    page.get_by_role("button", name="Reconnect and run all").click()
    expect(status(page, "Runtime")).to_have_text("Connected", timeout=60_000)
    expect(cell(page, 1)).to_have_attribute("data-state", "done", timeout=30_000)


def test_all_runtimes_are_reset(ada: Person, page: Page) -> None:
    write(page, 1, "1")
    run(page, 1)
    expect(status(page, "Runtime")).to_have_text("Connected", timeout=60_000)

    choose(page, "Runtime", "Reset all runtimes")

    expect(page.get_by_text("1 runtime was given back.")).to_be_visible()
    expect(status(page, "Runtime")).to_have_text("Disconnected", timeout=30_000)


def test_running_out_of_memory_names_the_cell_and_the_peak(ada: Person, page: Page) -> None:
    write(page, 1, "hoard = []\nwhile True:\n    hoard.append(bytearray(50_000_000))")
    run(page, 1)

    expect(page.get_by_text("Cell 1 used more memory than the machine has")).to_be_visible(timeout=90_000)
    expect(cell(page, 1)).to_contain_text(re.compile(r"it had used \d\.\d GB of 1\.0 GB"))
