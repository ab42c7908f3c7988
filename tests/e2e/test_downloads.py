"""What a page does not show of an output can be had whole."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_main_path import cell, output, write

pytestmark = pytest.mark.e2e
LINES = 200_000  # more than the list of outputs holds, and more than the page shows of that


def test_p27_the_whole_text_of_a_trimmed_stream_is_downloaded(sign_in: SignIn) -> None:
    page = (ada := sign_in("ada@example.org")).open(ada.new_notebook())
    write(page, 1, f"for number in range({LINES}):\n    print('line', number)")
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "done", timeout=60_000)
    expect(output(page, 1)).to_contain_text("lines hidden")
    with page.expect_download() as begun:
        output(page, 1).get_by_role("link", name="Download the whole text").click()

    text = Path(begun.value.path()).read_text()
    assert text == "".join(f"line {number}\n" for number in range(LINES))
