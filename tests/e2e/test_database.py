"""What a page says while the platform's database is away, and afterwards."""

import os
import signal

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_main_path import SAVED, cell, status, write

pytestmark = pytest.mark.e2e


def test_p04_while_postgresql_is_away_the_page_says_that_it_is_not_saved(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    write(page, 1, "# before")
    expect(status(page, "Save state")).to_have_text(SAVED)
    supervisor = ada.platform.pids()["supervisor"][0]
    os.kill(supervisor, signal.SIGSTOP)  # or the database would be back before anybody could read
    try:
        ada.platform.kill("postgres", signal.SIGINT)
        page.keyboard.type(", and while it is away", delay=20)
        # The web process itself waits a while for its database before it sends the page off.
        expect(page.get_by_text("Not saved yet: reconnecting.")).to_be_visible(timeout=30_000)
        expect(status(page, "Save state")).to_have_text("Offline, changes kept in this browser")
    finally:
        os.kill(supervisor, signal.SIGCONT)

    expect(status(page, "Save state")).to_have_text(SAVED, timeout=60_000)
    expect(page.get_by_text("Not saved yet: reconnecting.")).to_have_count(0)
    expect(cell(page, 1).get_by_role("textbox")).to_have_text("# before, and while it is away")
    ada.platform.until_ready()
    assert ada.platform.testctl("dump", notebook)["cells"][0]["source"] == "# before, and while it is away"
