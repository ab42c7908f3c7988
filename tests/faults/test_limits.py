"""What one person may do only so often is counted over all web processes, whatever address their requests claim."""

import signal
import urllib.error
import urllib.request
from collections import Counter

from tests.clients import Caller
from tests.running import RunningPlatform

GUESSES, LIMIT = 35, 60


def test_p68_guesses_are_counted_over_two_processes_whatever_address_they_claim(
    platform: RunningPlatform, notebook: str
) -> None:
    cleo = Caller(platform, "cleo@example.org")
    answers: list[int] = []
    for asleep in (0, 1):
        platform.kill("web", signal.SIGSTOP, which=asleep)
        try:
            answers += [guess(cleo, f"/notebooks/{notebook}?key={asleep}{number}") for number in range(GUESSES)]
        finally:
            platform.kill("web", signal.SIGCONT, which=asleep)

    assert Counter(answers) == {404: LIMIT, 429: 2 * GUESSES - LIMIT}


def guess(caller: Caller, path: str) -> int:
    """The status of one request, on a connection of its own, that says it comes from somewhere else."""
    elsewhere = f"203.0.113.{hash(path) % 256}"
    headers = {"Cookie": caller.cookie, "X-Forwarded-For": elsewhere, "X-Real-IP": elsewhere, "Connection": "close"}
    request = urllib.request.Request(caller.platform.address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
