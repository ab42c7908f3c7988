"""A platform that runs out of disk, of database connections, or of Redis's memory: what was called saved is safe."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis
from websockets.exceptions import InvalidStatus

from tests.clients import Caller, Runner, Typist, text_of
from tests.faults.test_processes import COUNT, COUNTED, assert_typed_once
from tests.rounds import rounds
from tests.running import RunningPlatform, until

DISK = 400 * 2**20
CLIENTS = rounds(100, 200)
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND application_name <> 'somebody'
"""


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    """A platform whose home is a disk of its own, and a small one."""
    home = Path(tempfile.mkdtemp(prefix="tomoni-small-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(home)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    running = RunningPlatform(home)
    try:
        running.start()
        yield running
    finally:
        running.end()
        subprocess.run(["umount", "--lazy", str(home)], check=True)
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def full_disk(platform: RunningPlatform) -> Iterator[None]:
    """Not a byte is left."""
    filling = platform.home / "filling"
    with filling.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(2**16))
    try:
        yield
    finally:
        filling.unlink()


@contextlib.contextmanager
def no_connection_left(platform: RunningPlatform) -> Iterator[None]:
    """Somebody else has taken every connection that PostgreSQL gives, those of the platform too."""
    host = str(platform.home / "run")
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(psycopg.connect(host=host, user="tomoni", dbname="tomoni", autocommit=True))
        first.execute("SET application_name = 'somebody'")
        while first.execute(OTHERS).fetchall():
            with contextlib.suppress(psycopg.OperationalError):
                while True:
                    opened = psycopg.connect(host=host, user="tomoni", dbname="tomoni", application_name="somebody")
                    stack.enter_context(opened)
        yield


def test_p14_without_a_free_connection_people_wait_or_are_told_to_and_nobody_fails(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller
) -> None:
    with Typist(ada, notebook, cell) as typist:
        until(lambda: typist.acknowledged)
        with no_connection_left(platform), ThreadPoolExecutor(CLIENTS) as clients:
            pages = Counter(clients.map(lambda _: page_status(bob), range(CLIENTS)))
            sockets = Counter(clients.map(lambda _: socket_status(bob, notebook), range(CLIENTS // 10)))
        assert set(pages) <= {200, 503}
        assert set(sockets) <= {101, 503}
        assert pages[503] + sockets[503] > 0
        until(lambda: page_status(bob) == 200, seconds=30)
        until(lambda: socket_status(bob, notebook) == 101, seconds=30)
        enough = max(25, len(typist.acknowledged) + 5)
        until(lambda: len(typist.acknowledged) > enough, seconds=30)
    assert_typed_once(platform, notebook, typist)


def page_status(caller: Caller) -> int:
    """How the list of notebooks is answered; who is told to wait is told how long."""
    request = urllib.request.Request(f"{caller.platform.address}/api/notebooks", headers={"Cookie": caller.cookie})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        assert refused.code != 503 or refused.headers["Retry-After"]
        return refused.code


def socket_status(caller: Caller, notebook: str) -> int:
    try:
        with caller.socket(f"/ws/notebooks/{notebook}", open_timeout=60):
            return 101
    except InvalidStatus as refused:
        assert refused.response.status_code != 503 or refused.response.headers["Retry-After"]
        return refused.response.status_code


def test_p24_a_full_redis_stops_nobody_from_typing(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller, runner: Runner
) -> None:
    with (
        redis.Redis(unix_socket_path=str(platform.home / "run" / "redis.sock")) as server,
        Typist(ada, notebook, cell) as first,
        Typist(bob, notebook, cell) as second,
    ):
        until(lambda: first.acknowledged and second.acknowledged)
        server.config_set("maxmemory", "1mb")
        with pytest.raises(redis.ResponseError, match="maxmemory"):
            server.set("one", "more")
        enough = max(25, len(first.acknowledged) + 10)
        until(lambda: len(first.acknowledged) > enough, what="acknowledgements with a full Redis")
        until(lambda: first.word(enough) in str(second.cells[cell]["source"]), what="edits at the other")
        server.flushall()
        server.config_set("maxmemory", "0")
    assert_typed_once(platform, notebook, first, second)
    assert text_of(runner.result(runner.run("print('well')"))) == "well\n"


def test_p13_a_full_disk_costs_nothing_that_was_saved_and_work_goes_on_when_there_is_room(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller, runner: Runner
) -> None:
    execution = runner.run(COUNT)
    until(lambda: (runner.read(execution) or {}).get("outputs"), seconds=60, what="the first line")
    with Typist(ada, notebook, cell, size=4000) as first, Typist(bob, notebook, cell) as second:
        until(lambda: len(first.acknowledged) > 5 and len(second.acknowledged) > 5)
        with full_disk(platform):
            until(lambda: first.typed > len(first.acknowledged) + 20, seconds=120, what="a database that is full")
        enough = max(25, len(second.acknowledged) + 10)
        until(lambda: len(second.acknowledged) > enough, seconds=60, what="typing to go on")
    platform.until_ready()
    for typist in (first, second):
        assert all(re.search("disk is full|builds on one", problem) for problem in typist.problems)
        typist.problems.clear()
    assert_typed_once(platform, notebook, first, second)
    runner.reconnect()
    assert text_of(runner.result(execution)) == COUNTED
