"""No beat is noticed soon, and two beats do nothing twice."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest

from tests.clients import Caller, Runner
from tests.running import ROOT, RunningPlatform, run_platform, until

pytestmark = pytest.mark.faults

QUICK = ("TOMONI_SWEEP_SECONDS", "TOMONI_RECONCILE_SECONDS", "TOMONI_LETTERS_SECONDS", "TOMONI_COMMENT_MAIL_SECONDS")
ROUNDS = 5  # of both beats, in which a second effect would show


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    yield from run_platform(**dict.fromkeys(QUICK, "1"))


def ask(platform: RunningPlatform, query: LiteralString, *values: object) -> list[Any]:
    with psycopg.connect(host=str(platform.home / "run"), user="tomoni", dbname="tomoni", autocommit=True) as database:
        done = database.execute(query, values)
        return done.fetchall() if done.description else []


def beats(platform: RunningPlatform) -> bool:
    """Whether `/readyz` has heard of a beat lately."""
    try:
        answer = platform.get("/readyz")
    except urllib.error.HTTPError as refusal:
        answer = refusal.read()
    return bool(json.loads(answer)["beat"])


def test_p06_that_no_beat_runs_is_noticed_within_ninety_seconds(platform: RunningPlatform) -> None:
    stopped = platform.kill("beat", signal.SIGSTOP)
    try:
        time.sleep(2)  # what it had sent is done
        ask(platform, "UPDATE allocation_canary SET seen_at = seen_at - interval '90 seconds'")
        until(lambda: not beats(platform), seconds=10, what="readiness to miss the beat")
    finally:
        os.kill(stopped, signal.SIGCONT)
    until(lambda: beats(platform), seconds=30, what="the beat to be heard of")


@contextlib.contextmanager
def second_beat(platform: RunningPlatform) -> Iterator[None]:
    """Somebody started one more by mistake."""
    environment = platform.environment | json.loads((platform.home / "environment.json").read_text())
    schedule = f"--schedule={platform.home / 'second-beat'}"
    command = [sys.executable, "-m", "celery", "--app", "config.celery", "--quiet", "beat", schedule, "--pidfile="]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        until(lambda: (platform.home / "second-beat").exists() or list(platform.home.glob("second-beat*")), what="it")
        yield
        assert process.poll() is None, "it was no second beat"
    finally:
        process.terminate()
        process.wait(20)


def test_p06_two_beats_end_a_machine_once_and_send_a_letter_once(platform: RunningPlatform) -> None:
    ada, bob = Caller(platform, "ada@example.org"), Caller(platform, "bob@example.org")
    notebook = str(platform.testctl("notebook", bob.email)["id"])
    platform.testctl("share", notebook, ada.email, "editor")
    runner = Runner(bob, notebook)
    runner.result(runner.run("1"))
    [(runtime,)] = ask(platform, "SELECT id FROM allocation_runtime")
    letters = platform.home / "mail"

    def told() -> int:
        return sum(file.read_text().count("Two beats, one letter.") for file in letters.glob("*"))

    with second_beat(platform):
        comment(platform, ada, notebook, "Two beats, one letter.")
        platform.testctl("elapse", str(runtime), "last_activity_at", str(100 * 60))
        until(lambda: told() > 0, seconds=60, what="the letter")
        gone = "SELECT 1 FROM allocation_runtime WHERE id = %s AND state = 'gone'"
        until(lambda: ask(platform, gone, runtime), seconds=60, what="the end of the machine")
        time.sleep(ROUNDS)

    assert told() == 1
    changes = ask(
        platform, "SELECT new, reason FROM allocation_runtimechange WHERE runtime_id = %s ORDER BY id", runtime
    )
    assert [new for new, _ in changes] == ["starting", "ready", "stopping", "gone"]
    assert dict(changes)["stopping"] == "idle"
    runner.close()


def comment(platform: RunningPlatform, caller: Caller, notebook: str, text: str) -> None:
    cell = platform.testctl("dump", notebook)["cells"][0]["id"]
    token = platform.testctl("token", caller.email)["token"]
    body = {"thread": str(uuid.uuid4()), "id": str(uuid.uuid4()), "cell": cell, "text": text}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    address = f"{platform.address}/api/notebooks/{notebook}/comments"
    urllib.request.urlopen(urllib.request.Request(address, json.dumps(body).encode(), headers), timeout=30).read()
