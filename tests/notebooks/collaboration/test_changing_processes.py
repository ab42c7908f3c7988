"""Pages that come back to another web process, which has not heard yet of what they saw before."""

import asyncio

import pytest

from notebooks.collaboration import store
from tests.notebooks.collaboration.pages import committed_text, session_of
from tests.notebooks.collaboration.processes import ThreadedProcess
from tests.notebooks.collaboration.writers import Writer


@pytest.fixture
def processes(transactional_db, settings):
    settings.TOMONI_ROOM_BEAT_SECONDS = 60
    processes = [ThreadedProcess(), ThreadedProcess()]
    yield processes
    for process in processes:
        process.stop()


def test_what_a_page_brings_along_stays_its_authors(processes, notebook, ada, bob) -> None:
    """Bob's page hands on what Ada wrote before the other process knows of it; Ada goes on writing there."""
    state = store.load(notebook.pk).update
    writers = [Writer(notebook, session_of(person), state) for person in (ada, bob, bob)]
    asyncio.run(_ada_goes_on(processes, *writers))
    assert [writer.refused for writer in writers] == [[], [], []]
    assert committed_text(notebook) == "first second"


async def _ada_goes_on(processes, ada: Writer, bob: Writer, bob_elsewhere: Writer) -> None:
    here, elsewhere = (process.address for process in processes)
    await asyncio.gather(ada.connect(here), bob.connect(here), bob_elsewhere.connect(elsewhere))
    await settled(ada, bob, bob_elsewhere)
    await asyncio.to_thread(processes[0].mute, True)
    ada.edit(append("first "))
    await settled(ada, bob, until=lambda: bob.text == "first ")
    for writer in (bob, ada):
        await writer.cut()
        await writer.connect(elsewhere)
        await settled(writer)
    ada.edit(append("second"))
    await settled(ada, bob, bob_elsewhere, until=lambda: bob_elsewhere.text == "first second")


def append(text):
    def change(cells) -> None:
        (cell,) = cells.values()
        source = cell["source"]
        source += text

    return change


async def settled(*writers, until=lambda: True) -> None:
    deadline = asyncio.get_running_loop().time() + 10
    while not (until() and all(writer.is_settled for writer in writers)):
        assert asyncio.get_running_loop().time() < deadline, [str(writer) for writer in writers]
        for writer in writers:
            await writer.listen()
            await writer.send()
