"""People who have one notebook open see each other's edits, and what was acknowledged is committed."""

import asyncio

from pycrdt import Map, Text

from tests.notebooks.collaboration.pages import acommitted_text, until


async def test_the_first_words_say_where_the_document_is(settings, visits, ada, notebook) -> None:
    settings.TOMONI_BUILD = "this one"
    page = await visits.open(ada)
    assert page.said[0] == {
        "type": "hello",
        "epoch": 1,
        "sequence": 0,
        "role": "owner",
        "name": "Untitled0.ipynb",
        "person": {"id": str(ada.pk), "name": "Ada"},
        "build": "this one",
    }


async def test_an_edit_is_committed_acknowledged_and_shown(visits, ada, bob, notebook) -> None:
    one, other = await visits.open(ada), await visits.open(bob)
    await one.type("print(1) # 😀")
    await one.saved()
    assert await acommitted_text(notebook) == "print(1) # 😀"
    await until(lambda: other.text == one.text)


async def test_edits_at_the_same_time_converge(visits, ada, bob, notebook) -> None:
    pages = [await visits.open(person) for person in (ada, bob, ada)]
    for number in range(30):
        await asyncio.gather(*(page.type(f"<{place}.{number}>") for place, page in enumerate(pages)))
    for page in pages:
        await page.saved()
    await until(lambda: all(page.text.count(">") == 90 for page in pages))
    assert len({page.text for page in pages}) == 1
    assert await acommitted_text(notebook) == pages[0].text
    for place in range(3):
        for number in range(30):
            assert pages[0].text.count(f"<{place}.{number}>") == 1


async def test_a_cell_that_one_moves_while_another_types_in_it_keeps_the_text(visits, ada, bob, notebook) -> None:
    one, other = await visits.open(ada), await visits.open(bob)
    (cell,) = one.cells.keys()
    one.cells["n"] = Map({"id": "n", "pos": "a1", "cell_type": "markdown", "source": Text(""), "metadata": Map({})})
    one.cells[cell]["pos"] = "a2"
    source = other.cells[cell]["source"]
    source += "typed"
    await asyncio.gather(one.send_edits(), other.send_edits())
    await one.saved()
    await other.saved()
    await until(lambda: one.cells.to_py() == other.cells.to_py())
    assert str(one.cells[cell]["source"]) == "typed"
    assert one.cells[cell]["pos"] == "a2"


async def test_someone_who_comes_later_finds_it_all(visits, ada, bob) -> None:
    page = await visits.open(ada)
    await page.type("earlier")
    await page.saved()
    assert (await visits.open(bob)).text == "earlier"


async def test_edits_made_while_away_are_merged(visits, ada, bob, notebook) -> None:
    one, other = await visits.open(ada), await visits.open(bob)
    state = one.doc.get_update()
    await one.leave()
    await other.type("<bob>")
    await other.saved()
    back = await visits.open(ada)
    back.doc.apply_update(state)
    await back.type("<ada>")
    await back.saved()
    await until(lambda: "<ada>" in other.text and "<bob>" in other.text)
    assert await acommitted_text(notebook) == back.text == other.text


async def test_what_comes_twice_is_acknowledged_and_changes_nothing(visits, ada, notebook) -> None:
    page = await visits.open(ada)
    await page.type("once")
    source = page.source
    source += " more"
    (update,) = page.take_edits()
    for _ in range(5):
        await page.send_update(update)
    await page.saved()
    assert await acommitted_text(notebook) == "once more"
    assert not page.of_type("refused")
