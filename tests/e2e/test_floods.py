"""A flood of output costs the reader's tab little."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_main_path import cell, output, write

pytestmark = pytest.mark.e2e
MEGABYTE = 2**20


def heap_of(page: Page) -> float:
    """Bytes that the page's scripts hold, and the browser's other objects for it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    devtools.send("HeapProfiler.collectGarbage")
    figures = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    devtools.detach()
    return float(figures["JSHeapTotalSize"])


def test_p27_a_hundred_megabytes_leave_the_tab_small(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    write(page, 1, "print('x' * 10**8)")
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "done", timeout=120_000)
    expect(output(page, 1).get_by_role("link").first).to_be_visible()
    assert heap_of(page) < 300 * MEGABYTE
    with page.expect_download() as started:
        output(page, 1).get_by_role("link").first.click()
    assert started.value.path().stat().st_size == 10**8 + 1


def test_p28_a_million_lines_are_few_elements(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    write(page, 1, "for number in range(10**6): print(number)")
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "done", timeout=120_000)
    expect(output(page, 1)).to_have_text(re.compile(r"999999\s*$"))
    assert page.evaluate("document.querySelectorAll('*').length") < 5_000
    assert heap_of(page) < 300 * MEGABYTE
