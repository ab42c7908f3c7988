"""Notebooks of other languages: chosen in the dialog, brought in a file, run, and asked of a machine that has none."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from runtimes.machines import image
from tests.e2e.conftest import Person, SignIn, choose
from tests.e2e.test_main_path import cell, output, status, write
from tests.needs import CACHE
from tests.running import RunningPlatform, run_platform

pytestmark = pytest.mark.e2e
R = ("r-base-core", "r-cran-irkernel")


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    """One whose machines have R too, where Debian's packages can be had."""
    settings = {}
    try:
        if os.geteuid() == 0:
            image.build(CACHE, extras=image.Extras(debian=R))
            settings["TOMONI_IMAGE_DEBIAN"] = ",".join(R)
    except image.CannotBuild:
        pass
    yield from run_platform(**settings)


@pytest.fixture
def ada(sign_in: SignIn) -> Person:
    return sign_in("ada@example.org")


@pytest.fixture
def page(ada: Person) -> Page:
    return ada.open(ada.new_notebook())


def choose_kernel(page: Page, name: str) -> None:
    choose(page, "Runtime", "Change runtime type")
    dialog = page.get_by_role("dialog", name="Change runtime type")
    dialog.get_by_label("Kernel").select_option(label=name)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()


def rewrite(page: Page, text: str) -> None:
    cell(page, 1).get_by_role("textbox").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def run(page: Page, number: int) -> None:
    cell(page, number).get_by_role("textbox").click()
    page.keyboard.press("Control+Enter")


def prints(page: Page, number: int, text: str) -> None:
    expect(output(page, number)).to_have_text(re.compile(text), timeout=60_000)


def metadata(ada: Person, page: Page) -> dict[str, object]:
    return dict(ada.platform.testctl("dump", page.url.split("/notebooks/")[1])["metadata"])


def test_bash_is_chosen_and_runs_and_the_file_says_so(ada: Person, page: Page) -> None:
    choose_kernel(page, "Bash")
    write(page, 1, "for n in 1 2 3; do echo line $n; done # three")
    run(page, 1)

    prints(page, 1, "line 1\\s*line 2\\s*line 3")
    expect(cell(page, 1).locator(".tok-comment")).to_have_text("# three")
    spec = {"name": "bash", "display_name": "Bash", "language": "bash"}
    assert (metadata(ada, page)["kernelspec"], metadata(ada, page)["language_info"]) == (spec, {"name": "bash"})

    page.get_by_role("button", name="Variables", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="does not tell its variables")).to_be_visible()


def test_typescript_replaces_python_after_a_restart_that_is_said(page: Page) -> None:
    write(page, 1, "open('kept.txt', 'w').write('still here')")
    run(page, 1)
    prints(page, 1, "10|12")

    choose(page, "Runtime", "Change runtime type")
    dialog = page.get_by_role("dialog", name="Change runtime type")
    dialog.get_by_label("Kernel").select_option(label="TypeScript (Deno)")
    expect(dialog).to_contain_text("The session is restarted with the other kernel: variables are lost, files stay.")
    dialog.get_by_role("button", name="Save").click()
    expect(status(page, "Runtime")).to_have_text("Connected", timeout=30_000)

    rewrite(page, "const text: string = Deno.readTextFileSync('kept.txt'); // a file\nconsole.log(text)")
    run(page, 1)
    prints(page, 1, "still here")
    expect(cell(page, 1).locator(".tok-comment")).to_have_text("// a file")
    cell(page, 1).get_by_role("textbox").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+/")
    expect(cell(page, 1).get_by_role("textbox")).to_contain_text("// const text")


def test_r_runs_what_was_brought_from_colab(ada: Person, tmp_path: Path) -> None:
    if "TOMONI_IMAGE_DEBIAN" not in ada.platform.environment:
        pytest.skip("R needs Debian packages")
    page = ada.open(ada.new_notebook(notebook(tmp_path, "ir", "R", "sum(1:10) # of ten")))
    run(page, 1)

    prints(page, 1, "55")
    expect(cell(page, 1).locator(".tok-comment")).to_have_text("# of ten")


def test_a_notebook_of_an_unknown_kernel_says_so_and_can_choose_another(ada: Person, tmp_path: Path) -> None:
    page = ada.open(ada.new_notebook(notebook(tmp_path, "xcpp17", "c++", "echo chosen")))
    run(page, 1)

    refused = page.get_by_role("alert").filter(has_text="This notebook is for xcpp17, which the machines here do not")
    expect(refused).to_be_visible()
    refused.get_by_role("button", name="Change runtime type").click()
    dialog = page.get_by_role("dialog", name="Change runtime type")
    expect(dialog).to_contain_text("This notebook asks for xcpp17 of elsewhere.")
    dialog.get_by_label("Kernel").select_option(label="Bash")
    dialog.get_by_role("button", name="Save").click()
    run(page, 1)
    prints(page, 1, "chosen")


def notebook(folder: Path, name: str, language: str, code: str) -> Path:
    spec = {"name": name, "display_name": f"{name} of elsewhere", "language": language}
    code_cell: dict[str, Any] = {"cell_type": "code", "id": "one", "source": code, "metadata": {}, "outputs": []}
    code_cell["execution_count"] = None
    file = folder / "brought.ipynb"
    metadata = {"kernelspec": spec, "language_info": {"name": language}}
    file.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [code_cell]}))
    return file
