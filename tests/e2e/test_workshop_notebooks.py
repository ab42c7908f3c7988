"""Workshop notebooks of a teacher, written for Colab: brought in and looked at."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Request, expect

from tests.e2e.conftest import Person, SignIn
from tests.e2e.test_executed_notebooks import Cell, joined, upload
from tests.running import until

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "notebooks" / "workshop"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not NOTEBOOKS, reason="../shared/notebooks/workshop is not here"),
    pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem),
]
TAG = re.compile("<(?!img)[^>]*>")
PICTURES = {"image/png", "image/jpeg"}
FRAMED = {"text/html", "application/javascript"}


def test_it_is_shown_as_its_author_left_it(sign_in: SignIn, file: Path) -> None:
    ada = sign_in("ada@example.org")
    problems, elsewhere = watch(ada)
    page = upload(ada, file)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # all cells of a large notebook are in the page then
    cells = page.get_by_test_id("cell")
    saved = json.loads(file.read_bytes())["cells"]
    expect(cells).to_have_count(len(saved))
    for number, cell in enumerate(saved):
        if cell["cell_type"] == "code":
            shows_outputs(cells.nth(number), cell["outputs"])
        elif TAG.sub("", joined(cell["source"])).strip():  # a text may be nothing but a link to a style
            expect(cells.nth(number).locator("p, h1, h2, h3, h4, li, img, table, pre, math").first).to_be_attached()
    assert problems == []
    # Pictures that its own text shows, and no scripts, fonts or styles.
    assert [url for kind, url in elsewhere if kind != "image" or url not in file.read_text()] == []


def watch(person: Person) -> tuple[list[str], list[tuple[str, str]]]:
    """The errors of the person's pages, and what these fetch from elsewhere: kinds and addresses."""
    problems: list[str] = []
    elsewhere: list[tuple[str, str]] = []
    here = urlsplit(person.platform.address).netloc

    def fetched(asked: Request) -> None:
        if urlsplit(asked.url).netloc not in {here, ""}:
            elsewhere.append((asked.resource_type, asked.url))

    person.context.on("weberror", lambda problem: problems.append(str(problem.error)))
    person.context.on("request", fetched)
    return problems, elsewhere


def shows_outputs(cell: Locator, outputs: list[Cell]) -> None:
    """Texts and errors as text, pictures as pictures, and what has code of its own in a frame."""
    cell.scroll_into_view_if_needed()
    region = cell.get_by_role("region", name=re.compile("^Output of cell"))
    lines = {line for output in outputs for line in plain_lines(output)}
    until(lambda: is_in(lines, shown_text(region)), what=f"{lines} in {cell}")
    kinds = [set(output.get("data", {})) for output in outputs]
    expect(region.locator("img")).to_have_count(len([of for of in kinds if of & PICTURES]))
    if any(of & FRAMED for of in kinds):
        expect(region.locator("iframe").first).to_be_attached()


def is_in(lines: set[str], text: str) -> bool:
    return all(line in text for line in lines)


def shown_text(region: Locator) -> str:
    """Also what is in a frame, where an output between others that need one is shown with them; without layout."""
    text = "".join(region.all_text_contents())
    for frame in region.locator("iframe").all():
        text += "".join(frame.content_frame.locator("body").all_text_contents())
    return "".join(text.split())


def plain_lines(output: Cell) -> list[str]:
    """Lines that are shown as they are, without layout: terminals' colours and what replaces a line are not."""
    text = joined(output.get("text") or output.get("ename", ""))
    if set(output.get("data", {})) <= {"text/plain"}:
        text = text or joined(output["data"]["text/plain"])
    return [] if {"\r", "\x1b", "\b"} & set(text) else ["".join(line.split()) for line in text.split("\n")]
