"""P100 in the page: an administrator freezes a notebook that somebody has open."""

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_machine_files import run
from tests.running import RunningPlatform

pytestmark = pytest.mark.e2e


def test_p100_an_open_page_becomes_read_only_and_says_why(platform: RunningPlatform, sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    run(page, "kept = 1")

    platform.testctl("user", "root@example.org", "--staff")
    root = sign_in("root@example.org").page()
    root.goto(f"{platform.address}/dashboard/notebooks/{notebook}")
    root.get_by_label("Reason").first.fill("It mines coins.")
    root.on("dialog", lambda dialog: dialog.accept())
    root.get_by_role("button", name="Freeze", exact=True).click()
    frozen_at = time.monotonic()
    expect(root.get_by_text("The notebook is frozen.")).to_be_visible()

    expect(page.get_by_text("It mines coins.")).to_be_visible(timeout=10_000)
    until_gone = ada.context.request.get(f"{platform.address}/api/runtimes")
    assert [one for one in until_gone.json() if one["notebook"] == notebook and one["state"] == "ready"] == []
    assert time.monotonic() - frozen_at < 10
    page.get_by_role("group", name="Code cell 1", exact=True).get_by_role("textbox").click()
    page.keyboard.insert_text("more")
    page.reload()
    expect(page.get_by_role("group", name="Code cell 1", exact=True)).to_contain_text("kept = 1")
    expect(page.get_by_role("group", name="Code cell 1", exact=True)).not_to_contain_text("more")
