"""Feedback is taken, and its mails are sent, whatever else is down."""

import contextlib
import json
import urllib.request
from collections.abc import Iterator

import pytest

from tests.clients import Caller
from tests.running import RunningPlatform, run_platform, until

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    yield from run_platform(TOMONI_LETTERS_SECONDS="2", TOMONI_POOL_SIZE="0")


def strike(platform: RunningPlatform, role: str) -> bool:
    """Kill it, unless it is just being started again."""
    with contextlib.suppress(ProcessLookupError, LookupError):
        platform.kill(role)
        return True
    return False


def post(platform: RunningPlatform, token: str, text: str) -> dict[str, object]:
    request = urllib.request.Request(
        f"{platform.address}/api/feedback",
        json.dumps({"text": text}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 201
        said: dict[str, object] = json.loads(answer.read())
        return said


def test_feedback_is_taken_and_completed_while_redis_and_the_worker_die(platform: RunningPlatform, ada: Caller) -> None:
    token = platform.testctl("token", ada.email)["token"]
    names = []
    for number in range(3):
        for role in ("redis", "worker"):
            until(lambda: strike(platform, role), what=f"{role} to be there")  # noqa: B023
        names.append(post(platform, token, f"It broke for the {number}th time, and not by me.")["name"])
    platform.until_ready()

    def sent() -> str:
        return "".join(path.read_text() for path in (platform.home / "mail").glob("*"))

    until(lambda: all(f"Subject: Your message {name}" in sent() for name in names), seconds=60, what="the thanks")
    assert [sent().count(f"Subject: Your message {name}") for name in names] == [1, 1, 1]
