"""P76: cursors are shown with the platform's word on whose they are, and vanish with their page."""

import itertools
import json
import math

import pytest
from pycrdt import Awareness, Doc

from notebooks.collaboration import frames
from notebooks.collaboration.presence import COLORS, BadPresence, Presence, person_of
from tests.notebooks.collaboration.pages import until

ADA, BOB = person_of(1, "Ada"), person_of(2, "<b>Bob</b>")


def update(*states, clock=1):
    """An awareness update of these clients and states."""
    return frames.join(
        frames.number(client)
        + frames.number(clock)
        + frames.block((state if isinstance(state, str) else json.dumps(state)).encode())
        for client, state in states
    )


def seen(*updates):
    """What a page sees after these."""
    awareness = Awareness(Doc())
    awareness.set_local_state(None)
    for content in updates:
        if content:
            awareness.apply_awareness_update(content, "others")
    return {client: state for client, state in awareness.states.items() if client != awareness.client_id}


def test_the_platform_says_who_somebody_is() -> None:
    shown = Presence().receive(update((7, {"user": {"id": "1", "name": "Ada"}, "cursor": 3})), "socket", BOB)
    assert seen(shown) == {7: {"user": BOB, "cursor": 3}}


def test_what_a_page_brought_goes_with_it() -> None:
    presence = Presence()
    shown = presence.receive(update((7, {}), (8, {})), "socket", ADA)
    assert seen(shown, presence.leave("socket")) == {}
    assert presence.everyone() is None


def test_a_page_that_comes_back_with_an_old_clock_is_seen() -> None:
    presence = Presence()
    shown = [presence.receive(update((7, {}), clock=9), "one", ADA), presence.leave("one")]
    shown.append(presence.receive(update((7, {"cursor": 1}), clock=9), "two", ADA))
    assert seen(*shown) == {7: {"user": ADA, "cursor": 1}}


def test_nobody_moves_anothers_cursor() -> None:
    presence = Presence()
    presence.receive(update((7, {})), "socket", ADA)
    for state in ({"cursor": 0}, None):
        with pytest.raises(BadPresence, match="somebody else"):
            presence.receive(update((7, state), clock=99), "other", BOB)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\xff" * 9,
        update((7, "x" * 2**20)),
        update((7, {"a": "x" * 5000})),
        update(*((client, {}) for client in range(10_000))),
        update((7, "NaN")),
        update((7, '{"a": Infinity}')),
        update((7, "[" * 4000)),
        update((7, "7")),
        update((7, "no json")),
    ],
    ids=["empty", "garbage", "1 MB", "5 kB", "10,000 clients", "NaN", "Infinity", "deep", "a number", "no JSON"],
)
def test_what_is_too_much_or_not_json_is_refused(bad) -> None:
    presence = Presence()
    with pytest.raises(BadPresence):
        presence.receive(bad, "socket", ADA)
    assert presence.everyone() is None


def colors(presence):
    """The colour of each person as a page sees it."""
    return {state["user"]["id"]: state["user"]["color"] for state in seen(presence.everyone()).values()}


def test_twelve_people_who_would_have_one_colour_have_twelve() -> None:
    presence = Presence()
    for number in range(12):
        presence.receive(update((number + 1, {})), f"socket {number}", person_of(12 * number, "?"))
    assert len(set(colors(presence).values())) == 12


def test_a_person_has_one_colour_in_all_tabs_and_keeps_it() -> None:
    presence = Presence()
    presence.receive(update((1, {})), "one", person_of(13, "Ada"))
    presence.receive(update((2, {})), "two", person_of(25, "Bob"))
    before = colors(presence)
    presence.receive(update((3, {})), "three", person_of(25, "Bob"))
    presence.leave("one")
    presence.receive(update((2, {"cursor": 1})), "two", person_of(25, "Bob"))
    assert colors(presence)["25"] == before["25"] != before["13"]


def test_of_two_who_got_one_colour_in_two_processes_the_older_account_keeps_it() -> None:
    here, there = Presence(), Presence()
    elder = here.receive(update((1, {})), "socket", person_of(1, "Ada")) or b""
    younger = there.receive(update((2, {})), "socket", person_of(13, "Bob")) or b""
    here.absorb(younger, "there")
    there.absorb(elder, "here")
    here.absorb(there.receive(update((2, {})), "socket", person_of(13, "Bob")) or b"", "there")
    here.receive(update((1, {})), "socket", person_of(1, "Ada"))
    assert colors(here)["1"] == person_of(1, "Ada")["color"] != colors(here)["13"]


def test_colours_can_be_told_apart_and_read_on() -> None:
    assert min(math.dist(one, other) for one, other in itertools.combinations(map(oklab, COLORS), 2)) > 0.15
    assert min(1.05 / (luminance(color) + 0.05) for color in COLORS) > 4.5


def dot(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def linear(color):
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]


def luminance(color):
    """As WCAG counts it."""
    return dot((0.2126, 0.7152, 0.0722), linear(color))


def oklab(color):
    """A place in a space in which distances are as eyes see them."""
    to_cones = ((0.41222, 0.53633, 0.05145), (0.21190, 0.68070, 0.10740), (0.08830, 0.28172, 0.62998))
    to_lab = ((0.21045, 0.79362, -0.00407), (1.97800, -2.42859, 0.45059), (0.02590, 0.78277, -0.80868))
    cones = [dot(row, linear(color)) ** (1 / 3) for row in to_cones]
    return [dot(row, cones) for row in to_lab]


async def test_the_page_hears_its_colour_once(visits, ada, bob) -> None:
    one, other = await visits.open(ada), await visits.open(bob)
    await one.socket.send(frames.awareness(update((7, {"cursor": 1}))))
    await one.socket.send(frames.awareness(update((7, {"cursor": 2}))))
    await until(lambda: len(other.cursors) == 2)
    (said,) = one.of_type("person")
    assert said["person"] == seen(*other.cursors)[7]["user"]


async def test_others_see_a_cursor_at_once_and_lose_it_at_once(visits, ada, bob, vera) -> None:
    one, other = await visits.open(ada), await visits.open(bob)
    await one.socket.send(frames.awareness(update((7, {"user": {"name": "Bob"}, "cursor": 3}))))
    await until(lambda: other.cursors)
    assert seen(*other.cursors)[7]["user"]["name"] == "Ada"
    late = await visits.open(vera)
    assert seen(*late.cursors).keys() == {7}
    await one.leave()
    await until(lambda: not seen(*other.cursors) and not seen(*late.cursors))


async def test_cursors_are_seen_in_the_other_process(visits, another_process, ada, bob, vera) -> None:
    one, other = await visits.open(ada), await visits.open(bob, to=another_process)
    await one.socket.send(frames.awareness(update((7, {"cursor": 3}))))
    await until(lambda: seen(*other.cursors))
    late = await visits.open(vera, to=another_process)
    await until(lambda: seen(*late.cursors))
    await one.leave()
    await until(lambda: not seen(*other.cursors) and not seen(*late.cursors))


async def test_a_process_that_opens_a_room_hears_who_is_elsewhere(visits, another_process, ada, bob) -> None:
    one = await visits.open(ada)
    await one.socket.send(frames.awareness(update((7, {"cursor": 3}))))
    other = await visits.open(bob, to=another_process)
    await until(lambda: seen(*other.cursors).keys() == {7})


async def test_a_spoofed_cursor_is_refused_and_the_socket_lives_on(visits, ada, bob) -> None:
    one, other = await visits.open(ada), await visits.open(bob)
    await one.socket.send(frames.awareness(update((7, {"cursor": 3}))))
    await until(lambda: other.cursors)
    await other.socket.send(frames.awareness(update((7, {"cursor": 99}), clock=50)))
    await until(lambda: other.of_type("refused"))
    assert other.of_type("refused")[0]["code"] == "bad-awareness"
    assert one.cursors == []
    await other.type("x")
    await other.saved()
