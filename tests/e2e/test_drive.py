"""The drive, as in Colab: code mounts it when its owner agrees, and what lies in it outlives the machine."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_machine_files import open_files, output, run, write

pytestmark = pytest.mark.e2e
MOUNT = "from google.colab import drive\ndrive.mount('/content/drive')"
QUESTION = "Let this notebook have your drive?"


def answer(page: Page, button: str) -> None:
    dialog = page.get_by_role("dialog", name=QUESTION)
    expect(dialog).to_contain_text("whoever wrote it", timeout=60_000)
    dialog.get_by_role("button", name=button, exact=True).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_what_code_writes_to_the_drive_is_there_in_the_next_machine_and_in_the_files_panel(sign_in: SignIn) -> None:
    page = open_files(sign_in("ada@example.org"))
    write(page, MOUNT)
    page.keyboard.press("Control+Enter")
    answer(page, "Connect to drive")
    expect(output(page)).to_have_text(re.compile("Mounted at /content/drive"), timeout=30_000)
    run(page, "open('/content/drive/MyDrive/記録.txt', 'w').write('kept')")
    expect(page.get_by_role("button", name="Unmount drive")).to_be_visible()

    page.get_by_role("menuitem", name="Runtime", exact=True).click()
    page.get_by_role("menuitem", name="Disconnect and delete runtime", exact=True).click()
    press(page, "Yes")
    expect(page.get_by_role("button", name="Mount drive", exact=True)).to_be_disabled(timeout=30_000)
    run(page, "import os; print(os.path.exists('/content/drive'))")
    expect(output(page)).to_have_text(re.compile("False"))

    press(page, "Mount drive")  # it was granted before: nobody is asked again
    press(page, "drive")
    press(page, "MyDrive")
    expect(page.get_by_role("button", name="記録.txt", exact=True)).to_be_visible()
    run(page, "print(open('/content/drive/MyDrive/記録.txt').read())")
    expect(output(page)).to_have_text(re.compile("kept"))


def test_who_does_not_agree_keeps_their_drive_and_may_agree_later_and_take_it_back(sign_in: SignIn) -> None:
    page = open_files(sign_in("keeper@example.org"))
    write(page, MOUNT)
    page.keyboard.press("Control+Enter")
    answer(page, "No thanks")
    expect(output(page)).to_have_text(re.compile("you did not permit this notebook"), timeout=30_000)

    press(page, "Mount drive")
    answer(page, "Connect to drive")
    expect(page.get_by_text("Your drive is at /content/drive.")).to_be_visible(timeout=30_000)
    run(page, "open('/content/drive/MyDrive/a.txt', 'w').write('a'); drive.flush_and_unmount()")
    run(page, MOUNT + "\nprint(__import__('os').listdir('/content/drive/MyDrive'))")
    expect(output(page)).to_have_text(re.compile(r"Mounted at /content/drive\s*\['a.txt'\]"))

    press(page, "Unmount drive")
    expect(page.get_by_role("button", name="Mount drive", exact=True)).to_be_enabled(timeout=30_000)
    run(page, "import os; print(os.listdir('/content/drive'))")
    expect(output(page)).to_have_text(re.compile(r"\[\]"))
    press(page, "Mount drive")
    expect(page.get_by_role("dialog", name=QUESTION)).to_be_visible()
