"""Every text frame of the notebook's socket looks like its example, which the page's tests read as well."""

import json
from pathlib import Path

import pytest

from notebooks.collaboration import frames
from notebooks.documents.services import rename_notebook
from notebooks.sharing.services import announce, set_shares
from tests.notebooks.collaboration.pages import in_thread, until
from tests.notebooks.collaboration.test_presence import update

EXAMPLES = json.loads((Path(__file__).parents[2] / "messages" / "notebook.json").read_text())


def shape(value):
    """The keys and types of a frame, and its codes."""
    if isinstance(value, dict):
        return {name: (inner if name in {"type", "code"} else shape(inner)) for name, inner in value.items()}
    return type(value)


@pytest.mark.usefixtures("quick")
async def test_every_frame_looks_like_its_example(visits, ada, bob, notebook) -> None:
    owner, page = await visits.open(ada), await visits.open(bob)
    for request in EXAMPLES["page"].values():
        await page.socket.send(json.dumps(request))
    await owner.socket.send(frames.awareness(update((7, {}))))
    await until(lambda: page.cursors)
    await page.socket.send(frames.awareness(update((7, {}))))
    await page.type("typed")
    await page.saved()
    await in_thread(rename_notebook, notebook, "Renamed.ipynb")
    await in_thread(announce, notebook, {"type": "notebook.changed", "what": "shares"})
    await in_thread(set_shares, notebook, {bob.email: "viewer"})
    await until(lambda: page.of_type("role"))
    await page.type("more")
    await until(lambda: len(page.of_type("refused")) == 3 and page.of_type("heartbeat") and page.of_type("notebook"))
    said = [shape(frame) for frame in page.said]
    for name, example in EXAMPLES["server"].items():
        assert shape(example) in said, name
    assert all(frame in [shape(example) for example in EXAMPLES["server"].values()] for frame in said)
