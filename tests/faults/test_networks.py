"""Networks that are slow, stall, are cut or swallow everything: nothing is lost, and who is gone is seen to be gone."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from pycrdt import Awareness, Doc, create_awareness_message

from tests.clients import Caller, Runner, Typist, text_of
from tests.e2e.conftest import CHROMIUM, launch
from tests.faults.test_processes import COUNT, COUNTED, assert_typed_once
from tests.network import Network, Weather
from tests.rounds import rounds
from tests.running import RunningPlatform, run_platform, until

SILENCE = 4
AWARENESS = 1


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    """A platform that soon gives up who is silent."""
    yield from run_platform(TOMONI_SILENCE_SECONDS=str(SILENCE), TOMONI_ROOM_BEAT_SECONDS="1")


@pytest.fixture
def network(platform: RunningPlatform) -> Iterator[Network]:
    with Network(platform.port) as network:
        yield network


def far(caller: Caller, network: Network) -> Caller:
    """The same person, beyond the network."""
    beyond = copy.copy(caller)
    beyond.port = network.port
    return beyond


def test_p15_on_a_bad_network_typing_converges(
    platform: RunningPlatform, network: Network, notebook: str, cell: str, ada: Caller, bob: Caller
) -> None:
    network.weather = Weather(delay=0.3, jitter=0.1, stalls=0.3, bytes_per_second=64_000)
    words = rounds(10, 400)
    with Typist(far(ada, network), notebook, cell) as first, Typist(bob, notebook, cell) as second:
        until(lambda: min(len(first.acknowledged), len(second.acknowledged)) > words, seconds=10 + words, what="words")
        first.finish()
        second.finish()
    assert_typed_once(platform, notebook, first, second)
    assert {*first.closed_with, *second.closed_with} == set()


def test_p22_connections_that_are_cut_again_and_again_lose_nothing(
    platform: RunningPlatform, network: Network, notebook: str, cell: str, ada: Caller, bob: Caller, runner: Runner
) -> None:
    network.weather, cuts, enough = Weather(lifetime=2.0), rounds(6, 100), 25
    execution = runner.run(COUNT)
    with Typist(far(ada, network), notebook, cell) as first, Typist(far(bob, network), notebook, cell) as second:
        until(
            lambda: network.cuts > cuts and min(len(first.acknowledged), len(second.acknowledged)) > enough,
            seconds=200,
            what="cuts and words",
        )
        network.weather.lifetime = float("inf")
    assert_typed_once(platform, notebook, first, second)
    assert text_of(runner.result(execution)) == COUNTED


def test_p26_who_vanishes_without_a_word_is_gone_and_their_socket_freed(
    network: Network, notebook: str, ada: Caller, bob: Caller
) -> None:
    with (
        ada.socket(f"/ws/notebooks/{notebook}") as watching,
        far(bob, network).socket(f"/ws/notebooks/{notebook}") as lost,
    ):
        state = Awareness(Doc())
        state.set_local_state({"cell": "a"})
        lost.send(create_awareness_message(state.encode_awareness_update([state.client_id])))
        seen = Awareness(Doc())
        until(lambda: heard(watching, seen) and state.client_id in seen.states, what="the cursor")
        network.weather.is_swallowing = True
        until(lambda: heard(watching, seen) and state.client_id not in seen.states, seconds=60, what="the end")
        until(lambda: network.freed == 1, seconds=60, what="the socket to be freed")
        lost.socket.close()


def heard(socket: Any, seen: Awareness) -> bool:
    """Take one frame, keeping the connection alive; true always."""
    socket.send(json.dumps({"type": "ping"}))
    frame = socket.recv(timeout=20)
    if isinstance(frame, bytes) and frame[0] == AWARENESS:
        seen.apply_awareness_update(frame[2:] if frame[1] < 128 else frame[3:], "network")
    return True


def test_p15_p22_a_browser_shows_how_it_stands_and_complains_of_nothing(
    platform: RunningPlatform, network: Network, notebook: str, ada: Caller
) -> None:
    name, value = ada.cookie.split("=", 1)
    with sync_playwright() as playwright:
        there = f"--host-resolver-rules=MAP localhost:{platform.port} 127.0.0.1:{network.port}"
        browser = launch(playwright, "chromium", [*CHROMIUM, there])
        context = browser.new_context(locale="en-US")
        context.add_cookies([{"name": name, "value": value, "url": platform.address}])
        page = context.new_page()
        page.goto(f"{platform.address}/notebooks/{notebook}")
        saving = page.get_by_role("status", name="Save state", exact=True)
        page.get_by_role("group", name="Code cell 1").get_by_role("textbox").click()
        network.weather = Weather(delay=1.0, stalls=0.3, bytes_per_second=64_000)
        page.keyboard.insert_text("slow ")
        expect(saving).to_have_text("Saving…")
        expect(saving).to_have_text("All changes saved", timeout=20_000)
        network.weather = Weather(lifetime=1.0)
        network.cut()
        for number in range(rounds(20, 200)):
            page.keyboard.insert_text(f"<{number}>")
            page.wait_for_timeout(150)
            assert_no_complaint(page)
        network.weather = Weather()
        expect(saving).to_have_text("All changes saved", timeout=20_000)
        browser.close()
    assert network.cuts > 3
    typed = "slow " + "".join(f"<{number}>" for number in range(rounds(20, 200)))
    assert platform.testctl("dump", notebook)["cells"][0]["source"] == typed


def assert_no_complaint(page: Page) -> None:
    assert page.get_by_role("alert").count() == 0
    assert page.get_by_role("dialog").count() == 0
    saving = page.get_by_role("status", name="Save state", exact=True)
    expect(saving).to_have_text(re.compile("All changes saved|Saving…|Offline, changes kept in this browser"))
