"""What administrators and crowds ask for: the dashboard over a large platform, a class that signs in, feedback.

`python -m benchmarks.administration` makes a platform of its own with 10,000 people, 500 runtimes and a year of
history, and prints for each page of the dashboard how long it takes (median / slowest) and how many
queries it makes; then how long 120 people take who sign in from one address within a minute, and a message until it is
stored and until it is mailed.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.browser import Browser
from benchmarks.figures import Figure
from benchmarks.population import PASSWORD, pupil
from tests.running import RunningPlatform, until

PUPILS = 120
MINUTE = 60.0
MESSAGES = 20
INSIDE = "benchmarks.population"


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="tomoni-bench-"))
    platform = RunningPlatform(home, TOMONI_WEB="1", TOMONI_FEEDBACK_PER_HOUR="1000")
    try:
        platform.start()
        for line in inside(platform, "fill", "pages"):
            print(line, flush=True)
        for figure in (*signing_in(platform), *feedback(platform)):
            print(figure.line(), flush=True)
    finally:
        platform.end()
        shutil.rmtree(home, ignore_errors=True)


def inside(platform: RunningPlatform, *words: str) -> Iterator[str]:
    """Lines of the program that works in the platform's own environment, next to its database."""
    command = [sys.executable, "-m", INSIDE, *words]
    done = subprocess.run(command, env=platform.environment, capture_output=True, text=True, check=True)
    yield from done.stdout.splitlines()


def signing_in(platform: RunningPlatform) -> Iterator[Figure]:
    """As a class does: all from one address, spread over a minute, each with a password of their own."""
    begun = time.monotonic()

    def sign_in(number: int) -> float:
        time.sleep(max(0.0, begun + number * MINUTE / PUPILS - time.monotonic()))
        browser, asked = Browser(platform.address), time.monotonic()
        _, shown = browser.fill("/accounts/login/", {"login": pupil(number), "password": PASSWORD})
        if shown.rstrip("/") != platform.address:
            raise RuntimeError(f"{pupil(number)} is not signed in: {shown}")
        return (time.monotonic() - asked) * 1000

    with ThreadPoolExecutor(PUPILS) as pool:
        took = list(pool.map(sign_in, range(PUPILS)))
    yield Figure(f"sign in, {PUPILS} people from one address in a minute", "ms", took)


def feedback(platform: RunningPlatform) -> Iterator[Figure]:
    """From sending until it is stored (the answer says so), and until the letter to its sender is written."""
    folder, sender = platform.home / "mail", "writer@example.org"
    platform.testctl("user", sender)
    token = platform.testctl("token", sender)["token"]
    stored, mailed = [], []
    for number in range(1, MESSAGES + 1):
        data = urlencode({"kind": "question", "text": f"How does this work? {number}"}).encode()
        request = urllib.request.Request(f"{platform.address}/api/feedback", data, {"Authorization": f"Bearer {token}"})
        begun = time.monotonic()
        urllib.request.urlopen(request, timeout=30).read()
        stored.append((time.monotonic() - begun) * 1000)
        until(partial(_are_mailed, folder, sender, number), seconds=90, what=f"letter {number} to {sender}")
        mailed.append((time.monotonic() - begun) * 1000)
    yield Figure("feedback until it is stored", "ms", stored)
    yield Figure("feedback until its sender is mailed", "ms", mailed)


def _are_mailed(folder: Path, to: str, count: int) -> bool:
    letters = [file.read_text() for file in folder.glob("*")] if folder.exists() else []
    return sum(letter.count(f"To: {to}") for letter in letters) >= count


if __name__ == "__main__":
    main()
