"""P75: the replica takes what pages write and refuses the rest, and what it refused is nowhere."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from notebooks.collaboration import frames
from notebooks.collaboration.frames import number
from notebooks.collaboration.replica import Gap, Limits, Refused, Replica
from notebooks.collaboration.updates import BadUpdate, read_update
from notebooks.collaboration.ydoc import SeedCell, seed_update

ADA, BOB = 1, 2
LIMITS = Limits(update=100_000, cell=300_000, document=300_000)
SEED = seed_update({"kernelspec": {"name": "python3"}}, [SeedCell("a", "code", "x = 1"), SeedCell("b", "markdown", "")])


@pytest.fixture
def replica():
    return Replica(LIMITS, [(SEED, None)])


def edits(replica, change, client_id=77):
    """The updates of a page that has the document and makes a change."""
    page: Doc[Any] = Doc(client_id=client_id)
    page.get("cells", type=Map)
    page.get("meta", type=Map)
    page.apply_update(replica.missing(b"\0"))
    made: list[bytes] = []
    page.observe(lambda event: made.append(event.update))
    change(page)
    return made


def cell(**fields):
    known = {"id": "n", "pos": "b00", "cell_type": "code", "source": Text(""), "metadata": Map({})} | fields
    return Map({name: value for name, value in known.items() if value is not ...})


def adds_a_cell(page) -> None:
    page["cells"]["n"] = cell(attachments={"p.png": {"image/png": "aGk="}})


def types(page) -> None:
    source = page["cells"]["a"]["source"]
    source.insert(0, "😀 ")


def deletes(page) -> None:
    del page["cells"]["b"]


def moves(page) -> None:
    page["cells"]["b"]["pos"] = "Zz"


def shows_a_run(page) -> None:
    page["cells"]["a"]["execution"] = "00000000-0000-4000-8000-000000000000"


def sets_metadata(page) -> None:
    page["cells"]["a"]["metadata"]["cellView"] = "form"
    page["meta"]["accelerator"] = "GPU"


@pytest.mark.parametrize("change", [adds_a_cell, types, deletes, moves, shows_a_run, sets_metadata])
def test_it_takes_what_pages_write(replica, change) -> None:
    for update in edits(replica, change):
        assert replica.apply(update, ADA) == update
        assert replica.apply(update, ADA) is None
    assert not replica.is_spoiled


BREAKAGES = {
    "a foreign root": lambda page: page.__setitem__("evil", Array([1])),
    "a root of another type": lambda page: page.__setitem__("cells", Array(["x"])),
    "a text as root": lambda page: page.__setitem__("meta", Text("x")),
    "a cell that is a string": lambda page: page["cells"].__setitem__("n", "x"),
    "a cell that is a text": lambda page: page["cells"].__setitem__("n", Text("x")),
    "a cell with a wild id": lambda page: page["cells"].__setitem__("<b>", cell(id="<b>")),
    "a cell under another id": lambda page: page["cells"].__setitem__("n", cell(id="m")),
    "a cell without position": lambda page: page["cells"].__setitem__("n", cell(pos=...)),
    "a cell without source": lambda page: page["cells"].__setitem__("n", cell(source=...)),
    "a cell with more": lambda page: page["cells"].__setitem__("n", cell(outputs=[1])),
    "a plain source": lambda page: page["cells"]["a"].__setitem__("source", "x"),
    "a strange type": lambda page: page["cells"]["a"].__setitem__("cell_type", "video"),
    "a map for a type": lambda page: page["cells"]["a"].__setitem__("cell_type", {"a": 1}),
    "a numeric position": lambda page: page["cells"]["a"].__setitem__("pos", 1),
    "an endless position": lambda page: page["cells"]["a"].__setitem__("pos", "a" * 5000),
    "a shared attachment": lambda page: page["cells"]["a"].__setitem__("attachments", Map({"x": 1})),
    "a shared metadata value": lambda page: page["cells"]["a"]["metadata"].__setitem__("x", Map({"y": 1})),
    "a long execution": lambda page: page["cells"]["a"].__setitem__("execution", "x" * 65),
    "an array": lambda page: page["meta"].__setitem__("x", Array([1])),
    "a picture in a source": lambda page: page["cells"]["a"]["source"].insert_embed(0, {"image": "x"}),
    "a bold source": lambda page: page["cells"]["a"]["source"].format(0, 2, {"bold": True}),
    "a document in a document": lambda page: page["meta"].__setitem__("x", Doc()),
    "deep metadata": lambda page: page["meta"].__setitem__("x", nested(300)),
}  # fmt: skip


def nested(depth):
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("what", BREAKAGES)
def test_p75_it_refuses(replica, what) -> None:
    with pytest.raises(Refused) as refused:
        for update in edits(replica, BREAKAGES[what]):
            replica.apply(update, ADA)
    assert refused.value.code == "bad-update"
    assert str(refused.value).endswith(".")


def raw(*structs, client=77, clock=0, count=None, deletes=b"\0"):
    """An update written by hand."""
    counted = number(len(structs) if count is None else count)
    return b"\x01" + counted + number(client) + number(clock) + b"".join(structs) + deletes


def value(content, count=1):
    """A struct that sets `k` of the root `meta`."""
    return b"\x28\x01\x04meta\x01k" + number(count) + content


TRUE = b"\x78"
BOMBS = {
    "nothing": b"",
    "garbage": b"\xff" * 40,
    "text": b"<script>alert(1)</script>",
    "a value nested so deeply that the library dies of it": raw(value(b"u\x01" * 40_000 + TRUE)),
    "a huge number of clients": number(2**40),
    "a huge number of structs": raw(value(TRUE), count=2**40),
    "a huge number of values": raw(value(TRUE, count=2**40)),
    "a huge list": raw(value(b"u" + number(2**40) + TRUE)),
    "a huge number of deletions": b"\0" + number(2**40),
    "a number that goes on": raw(value(TRUE), client=0)[:2] + b"\xff" * 20,
    "a client beyond what browsers can count": raw(value(TRUE), client=2**53),
    "garbage as long as a life": raw(b"\x00" + number(2**31)),
    "a hole": raw(b"\x0a\x05", value(TRUE)),
    "an empty part": raw(b"\x00\x00"),
    "a future clock": raw(value(TRUE), clock=1000),
    "an unknown origin": raw(b"\x88" + number(5) + number(9) + b"\x01" + TRUE),
    "an unknown parent": raw(b"\x28\x00" + number(5) + number(9) + b"\x01k\x01" + TRUE),
    "a deletion of what nobody wrote": b"\0\x01" + number(5) + b"\x01\x00\x09",
    "more after the end": raw(value(TRUE)) + b"\0",
    "half a string": raw(value(b"\x77\x05ab")),
    "half a character": raw(value(b"\x77\x01\xff")),
    "a big integer's half": raw(value(b"\x7a\0\0")),
    "an unheard-of kind": raw(b"\x2d\x01\x04meta\x01k\x01"),
    "a binary value": raw(value(b"\x74\x01a")),
}


@pytest.mark.parametrize("what", BOMBS)
def test_p75_it_refuses_before_the_library_sees(replica, what) -> None:
    before = replica.missing(b"\0")
    with pytest.raises(Refused) as refused:
        replica.apply(BOMBS[what], ADA)
    assert refused.value.code == "bad-update"
    assert not replica.is_spoiled
    assert replica.missing(b"\0") == before


def test_a_notebook_of_twenty_thousand_cells_is_loaded_and_edited() -> None:
    seed = seed_update({}, [SeedCell(f"c{number}", "code", "x = 1") for number in range(20_000)])
    replica = Replica(Limits(update=100_000, cell=100_000, document=50_000_000), [(seed, None)])
    made = edits(replica, lambda page: page["cells"]["c19999"]["source"].insert(0, "y"))
    assert [replica.apply(update, ADA) for update in made] == made


def test_an_edit_that_came_too_early_is_a_gap(replica) -> None:
    def twice(page) -> None:
        types(page)
        types(page)

    first, second = edits(replica, twice)
    with pytest.raises(Gap):
        replica.apply(second, ADA)
    replica.apply(first, ADA)
    replica.apply(second, ADA)


def test_p75_nobody_writes_in_anothers_name(replica) -> None:
    (first,) = edits(replica, types, client_id=5)
    replica.apply(first, ADA)
    (forged,) = edits(replica, types, client_id=5)
    (forged_again,) = edits(replica, moves, client_id=5)
    with pytest.raises(Refused, match="somebody else"):
        replica.apply(_later(replica, forged_again), BOB)
    replica.apply(_later(replica, forged), ADA)


def _later(replica, update):
    """The same update as the client's next one."""
    clock = frames.read_vector(replica.vector())[5]
    head = number(1) + number(1) + number(5)
    assert update.startswith(head)
    reader = frames.Reader(update[len(head) :])
    reader.number()
    return head + number(clock) + reader.data[reader.at :]


def test_p75_a_change_and_a_document_have_a_largest_size(replica) -> None:
    with pytest.raises(Refused) as refused:
        replica.apply(b"\0" * 100_001, ADA)
    assert refused.value.code == "too-large"
    for client in range(10, 13):
        (update,) = edits(replica, lambda page: page["cells"]["a"]["source"].insert(0, "x" * 90_000), client)
        replica.apply(update, ADA)
    (update,) = edits(replica, lambda page: page["cells"]["a"]["source"].insert(0, "x" * 90_000), 20)
    with pytest.raises(Refused, match="full") as refused:
        replica.apply(update, ADA)
    assert refused.value.code == "notebook-full"
    for update in edits(replica, lambda page: page["cells"].pop("a"), 21):
        replica.apply(update, ADA)
    (update,) = edits(replica, lambda page: page["cells"]["b"]["source"].insert(0, "x" * 90_000), 22)
    replica.apply(update, ADA)


def brings_a_long_cell(page) -> None:
    page["cells"]["n"] = cell(source=Text("あ" * 400))


def makes_a_cell_too_long(page) -> None:
    source = page["cells"]["a"]["source"]
    source.insert(3, "あ" * 400)


def replaces_a_source_by_a_long_one(page) -> None:
    page["cells"]["a"]["source"] = Text("あ" * 400)


@pytest.mark.parametrize("change", [brings_a_long_cell, makes_a_cell_too_long, replaces_a_source_by_a_long_one])
def test_p75_a_cell_has_a_largest_size(change) -> None:
    replica = Replica(Limits(update=100_000, cell=1000, document=300_000), [(SEED, None)])
    (update,) = edits(replica, change)
    with pytest.raises(Refused, match="split the cell") as refused:
        replica.apply(update, ADA)
    assert refused.value.code == "cell-too-large"


def test_a_cell_that_was_too_large_before_can_be_moved_and_made_smaller() -> None:
    seed = seed_update({}, [SeedCell("a", "code", "x" * 2000), SeedCell("b", "code", "")])
    replica = Replica(Limits(update=100_000, cell=1000, document=300_000), [(seed, None)])

    def shortens(page) -> None:
        source = page["cells"]["a"]["source"]
        del source[0:100]

    for change in (shortens, types_elsewhere, lambda page: page["cells"]["a"].__setitem__("pos", "b99")):
        for update in edits(replica, change):
            assert replica.apply(update, ADA) == update


def types_elsewhere(page) -> None:
    source = page["cells"]["b"]["source"]
    source += "fine"


def test_p75_a_million_keys_do_not_get_in(replica) -> None:
    def floods(page) -> None:
        with page.transaction():
            for key in range(20_000):
                page["meta"][str(key)] = True

    (update,) = edits(replica, floods)
    with pytest.raises(Refused) as refused:
        replica.apply(update, ADA)
    assert refused.value.code == "too-large"


@given(st.data())
def test_p75_mutated_updates_are_taken_or_refused(data) -> None:
    replica = Replica(LIMITS, [(SEED, None)])
    update = bytearray(data.draw(st.sampled_from([SEED, *edits(replica, adds_a_cell), *edits(replica, types)])))
    for _ in range(data.draw(st.integers(1, 4))):
        update[data.draw(st.integers(0, len(update) - 1))] = data.draw(st.integers(0, 255))
    try:
        replica.apply(bytes(update), ADA)
    except Refused:
        if not replica.is_spoiled:
            assert replica.missing(b"\0") == Replica(LIMITS, [(SEED, None)]).missing(b"\0")


@given(st.binary(max_size=200))
def test_p75_random_bytes_are_no_update(data) -> None:
    try:
        claims = read_update(data)
    except BadUpdate:
        return
    assert all(start < end for _, start, end in claims.runs)
