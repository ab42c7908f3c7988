"""What answers' times give away to somebody who guesses: who has an account, which notebooks there are.

`python -m benchmarks.guessing` asks a platform of its own the same about something that is there and something that is
not, in turn, and prints how long both took. Of each pair it says how far apart the medians are, and how often in a
hundred one could tell the two by the time alone: 50 is a guess (the area under the curve of the Mann-Whitney test).
FAULTS P55 and P77.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from uuid import uuid4

from benchmarks.browser import Browser
from benchmarks.figures import Figure
from tests.clients import Caller
from tests.running import RunningPlatform

ROUNDS = 60
MANY = {
    "TOMONI_RATE_LOGIN_FAILED": "100000/m/ip,1000/5m/key",
    "TOMONI_RATE_RESET_PASSWORD": "100000/m/ip,1000/m/key",
    "TOMONI_INVITATIONS_PER_HOUR": "100000",
    "TOMONI_LINK_GUESSES_PER_HOUR": "100000",
}

Ask = Callable[[bool, int], float]
"""Ask about something that is there, or is not, in this round; milliseconds."""


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="tomoni-bench-"))
    platform = RunningPlatform(home, TOMONI_WEB="1", **MANY)
    try:
        platform.start()
        for what, ask in questions(platform):
            there, not_there = in_turn(ask)
            apart = median(there) - median(not_there)
            told = f"{apart:+.1f} ms apart, told by time {told_apart(there, not_there):.0f} of 100"
            print(Figure(what, "ms", there, {"not there": not_there}).line(), told, sep="  ", flush=True)
    finally:
        platform.end()
        shutil.rmtree(home, ignore_errors=True)


def questions(platform: RunningPlatform) -> Iterator[tuple[str, Ask]]:
    """Each thing that one may ask without knowing the answer."""
    people = [f"known{number}@example.org" for number in range(ROUNDS)]
    for email in people:
        platform.testctl("user", email, "--password", "a long sentence of words")

    def address(is_there: bool, number: int) -> str:
        return people[number] if is_there else f"{uuid4().hex[:6]}@example.org"

    def sign_in(is_there: bool, number: int) -> float:
        words = {"login": address(is_there, number), "password": "not the password at all"}
        return answered(Browser(platform.address), "/accounts/login/", words)

    def sign_up(is_there: bool, number: int) -> float:
        words = {"email": address(is_there, number), "password1": "a long sentence of words"}
        return answered(Browser(platform.address), "/accounts/signup/", words)

    def forgotten(is_there: bool, number: int) -> float:
        return answered(Browser(platform.address), "/accounts/password/reset/", {"email": address(is_there, number)})

    yield "sign in with a wrong password", sign_in
    yield "a forgotten password", forgotten
    yield "sign up", sign_up

    owner, stranger = Caller(platform, "owner@example.org"), Caller(platform, "stranger@example.org")
    mine, secret = (platform.testctl("notebook", owner.email)["id"] for _ in range(2))
    platform.testctl("general", secret, "link")

    def invite(is_there: bool, number: int) -> float:
        token = platform.testctl("token", owner.email)["token"]
        browser = Browser(platform.address)
        body = {"emails": [address(is_there, number)], "role": "viewer", "notify": False}
        browser.send_json(f"/api/notebooks/{mine}/sharing/people", body, Authorization=f"Bearer {token}")
        return browser.took

    def open_notebook(is_there: bool, number: int) -> float:
        browser = Browser(platform.address, stranger.cookie)
        browser.get(f"/notebooks/{mine if is_there else uuid4()}")
        return browser.took

    def guess_link(is_there: bool, number: int) -> float:
        browser = Browser(platform.address, stranger.cookie)
        browser.get(f"/notebooks/{secret if is_there else uuid4()}?key={uuid4().hex}")
        return browser.took

    yield "invite to a notebook", invite
    yield "a stranger opens a notebook", open_notebook
    yield "guess the link of a notebook", guess_link


def answered(browser: Browser, form: str, words: dict[str, str]) -> float:
    browser.fill(form, words)
    return browser.took


def in_turn(ask: Ask) -> tuple[list[float], list[float]]:
    """What is there and what is not, in turn, so that the machine's moods are the same for both."""
    ask(True, 0), ask(False, 0)  # the first of each pays for what is loaded then
    pairs = [(ask(True, number), ask(False, number)) for number in range(ROUNDS)]
    return [there for there, _ in pairs], [not_there for _, not_there in pairs]


def told_apart(some: Sequence[float], others: Sequence[float]) -> float:
    """In how many of a hundred pairs the slower one is the one that is slower in general."""
    slower = sum((one > other) + (one == other) / 2 for one in some for other in others)
    share = slower / (len(some) * len(others)) * 100
    return max(share, 100 - share)


if __name__ == "__main__":
    main()
