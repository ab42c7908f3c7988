"""Send feedback, as people do it: with a picture, without a network, from a failed cell, and from outside."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import SignIn, choose
from tests.e2e.test_main_path import cell, write
from tests.running import RunningPlatform, until

pytestmark = pytest.mark.e2e


def picture() -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (800, 400), "white").save(out, "PNG")
    return {"name": "screen.png", "mimeType": "image/png", "buffer": out.getvalue()}


def cover(page: Page) -> None:
    """Paint over the upper left quarter."""
    canvas = page.get_by_role("dialog").locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 1, box["y"] + 1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()


def test_a_message_with_a_picture_is_sent_without_what_was_painted_over(
    platform: RunningPlatform, sign_in: SignIn
) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    choose(page, "Help", "Send feedback")
    dialog = page.get_by_role("dialog", name="Send feedback")
    dialog.get_by_label("Describe your feedback").fill("The plot is too small.")
    dialog.get_by_label("Choose a picture").set_input_files(picture())  # type: ignore[arg-type]
    cover(page)
    expect(dialog.get_by_label("Include diagnostics")).to_be_checked()
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"number F-\d+"))

    address = dialog.get_by_role("link").get_attribute("href")
    shot = until(
        lambda: (got := ada.context.request.get(f"{address}/screenshot")).ok and got.body(), what="the picture"
    )
    drawn = Image.open(io.BytesIO(shot)).convert("RGB")
    assert drawn.size == (800, 400)
    assert drawn.getpixel((100, 50)) == (0, 0, 0) and drawn.getpixel((700, 350)) == (255, 255, 255)
    page.goto(f"{address}?hl=ja")
    expect(page.get_by_text("まだ返信はありません")).to_be_visible()
    expect(page.get_by_text("The plot is too small.")).to_be_visible()


def test_without_a_network_it_is_kept_and_sent_on_return(platform: RunningPlatform, sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    choose(page, "Help", "Send feedback")  # fetched while there is a network
    dialog = page.get_by_role("dialog", name="Send feedback")
    ada.context.set_offline(True)
    dialog.get_by_label("Describe your feedback").fill("The network went away.")
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("kept in this browser")
    page.close()

    ada.context.set_offline(False)
    page = ada.open(notebook)
    expect(page.get_by_text(re.compile(r"Your message was sent: F-\d+"))).to_be_visible()


def test_a_failed_cell_offers_to_report_it(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    write(page, 1, "1 / 0")
    page.keyboard.press("Control+Enter")
    cell(page, 1).get_by_role("button", name="Report a bug").click()
    dialog = page.get_by_role("dialog", name="Send feedback")
    expect(dialog.get_by_label("Describe your feedback")).to_have_value(
        re.compile("ZeroDivisionError: division by zero")
    )
    expect(dialog.get_by_label("What is it about?")).to_have_value("bug")


def test_who_has_no_account_sends_some_too(platform: RunningPlatform, chromium: Browser) -> None:
    context = chromium.new_context(locale="ja-JP")
    page = context.new_page()
    page.goto(platform.address)
    page.get_by_role("button", name="フィードバックを送信").click()
    dialog = page.get_by_role("dialog", name="フィードバックを送信")
    dialog.get_by_label("フィードバックの内容").fill("ログインできません。")
    dialog.get_by_label("メールアドレス").fill("guest@example.org")
    dialog.get_by_role("button", name="送信", exact=True).click()
    address = dialog.get_by_role("link").get_attribute("href")
    assert address
    page.goto(address)
    expect(page.get_by_text("ログインできません。")).to_be_visible()
    context.close()
