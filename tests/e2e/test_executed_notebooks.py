"""Real notebooks by other people: uploaded in the browser, run from top to bottom, compared with what they printed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person, SignIn, choose

pytestmark = pytest.mark.e2e
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "notebooks" / "executed"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MINUTES = 4

Cell = dict[str, Any]
# What an object's address, a duration or another figure of its day looks like in a text output.
OF_THE_DAY = re.compile(r"0x[0-9a-f]+|\d+(\.\d+)?(e-?\d+)? ?(s|ms|µs|us|ns)\b|wall time.*|cpu times.*", re.IGNORECASE)
NUMPY_2 = re.compile(r"np\.\w+\(([^()]*)\)")
# Code cells whose text differs in more than numbers, and why: read one by one.
EXPLAINED = {
    "tools_numpy": {
        11: "memory that nobody initialised",
        72: "NumPy words its error anew",
        112: "NumPy words its error anew",
        163: "NumPy 2 adds the shape of a shortened array",
        164: "NumPy 2 adds the shape of a shortened array",
        169: "a file of random numbers",
        177: "a file of random numbers, in a zip of another version",
        178: "NumPy shows what is in the file",
        179: "NumPy shows what is in the file",
    }
}


@pytest.mark.skipif(not NOTEBOOKS, reason="../shared/notebooks/executed is not here")
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_it_runs_as_it_ran_for_its_author(sign_in: SignIn, file: Path) -> None:
    ada = sign_in("ada@example.org")
    page = upload(ada, file)
    before = code_cells(file.read_bytes())
    run_all(page, len([cell for cell in before if cell["source"].strip()]))
    # Those that omit their outputs are downloaded without: that a cell has failed is on the page in any case.
    expect(page.locator("[data-testid=cell][data-state=failed]")).to_have_count(len(errors(before)))
    after = code_cells(download(ada, page))
    assert [cell["source"] for cell in after] == [cell["source"] for cell in before]
    assert new_errors(before, after) == []
    explained = EXPLAINED.get(file.stem, {})
    assert [changed for changed in changed_texts(before, after) if changed[0] not in explained] == []


def upload(person: Person, file: Path) -> Page:
    page = person.page()
    page.goto(person.platform.address)
    page.locator("input[type=file]").first.set_input_files(file)
    page.wait_for_url(re.compile(r"/notebooks/[0-9a-f-]{36}"))
    return page


def run_all(page: Page, cells: int) -> None:
    """Press Run all and wait until each of the `cells` code cells has ended."""
    expect(page.get_by_test_id("cell").first).to_be_visible()
    expect(page.get_by_role("status", name="Save state")).to_have_text("All changes saved")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # all cells of a large notebook are in the page then
    choose(page, "Edit", "Clear all outputs")
    page.keyboard.press("Control+F9")
    ended = "[data-testid=cell][data-state={}]"
    expect(page.locator(f"{ended.format('done')}, {ended.format('failed')}")).to_have_count(
        cells, timeout=MINUTES * 60_000
    )


def download(person: Person, page: Page) -> bytes:
    address = page.url.split("#")[0] + ".ipynb"
    return person.context.request.get(address).body()


def code_cells(raw: bytes) -> list[Cell]:
    cells = json.loads(raw)["cells"]
    return [cell | {"source": joined(cell["source"])} for cell in cells if cell["cell_type"] == "code"]


def errors(cells: list[Cell]) -> list[Cell]:
    """Those that ended with an error."""
    return [cell for cell in cells if any(output["output_type"] == "error" for output in cell["outputs"])]


def new_errors(before: list[Cell], after: list[Cell]) -> list[str]:
    """The errors of cells that ran without one for their author."""
    return [
        f"cell {number}: {output['ename']}: {output['evalue']}"
        for number, (old, new) in enumerate(zip(before, after, strict=True))
        for output in new["outputs"]
        if output["output_type"] == "error" and not any(was["output_type"] == "error" for was in old["outputs"])
    ]


def changed_texts(before: list[Cell], after: list[Cell]) -> list[tuple[int, str, str]]:
    """Cells whose text is not what it was, apart from what depends on versions, time or chance."""
    source_so_far = ""
    found = []
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        source_so_far += new["source"]
        was, now = text_of(old), text_of(new)
        if was and was != now and not depends_on_the_day(source_so_far, was, now):
            found.append((number, was, now))
    return found


def depends_on_the_day(source_so_far: str, was: str, now: str) -> bool:
    """True when versions, time or chance explain the difference."""
    return plain(was) == plain(now) or ("rand" in source_so_far and shape(was) == shape(now))


def text_of(cell: Cell) -> str:
    """The text outputs of a cell; a figure's text is the name of its class and address, which says nothing."""
    parts = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        if output["output_type"] == "stream" and output["name"] == "stdout":
            parts.append(joined(output["text"]))
        elif "text/plain" in data and not any(kind.startswith("image/") for kind in data):
            parts.append(joined(data["text/plain"]) + "\n")
    return "".join(parts)


def plain(text: str) -> str:
    """Without figures of the day, without the types that NumPy 2 writes around numbers, without layout."""
    text = NUMPY_2.sub(lambda found: found[1], text).replace("np.True_", "True").replace("np.False_", "False")
    return "".join(OF_THE_DAY.sub("~", text).split())


def shape(text: str) -> str:
    """What is left of a text when chance has chosen its numbers."""
    return re.sub(r"[-+.\d]+(e[-+]?\d+)?", "#", plain(text))


def joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
