"""A whole platform for the tests that use it from outside: `make run` without the set-up, in a folder of its own."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.needs import CACHE
from tests.servers import prepared_database

ROOT = Path(__file__).resolve().parents[1]
# The addresses of the tests' own servers would lead the platform to them.
NOT_HANDED_ON = ("DATABASE_URL", "REDIS_URL", "TOMONI_")


class RunningPlatform:
    """A running platform: its address, its processes, its command-line contract. It runs the checkout `code`.

    Its database is a copy of one with all tables, unless it `begins_empty`.
    """

    def __init__(self, home: Path, code: Path = ROOT, /, **settings: str) -> None:
        self.home = home
        self.code = code
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
        self.environment = (
            inherited
            | {
                "PYTHONPATH": f"{code}{os.pathsep}{code / 'platform'}",
                "TOMONI_HOME": str(home),
                "TOMONI_PORT": str(self.port),
                "TOMONI_WEB": "2",
                "TOMONI_MEMORY_BYTES": str(2**30),  # a cell that takes all of it is soon there
                "TOMONI_POOL_MOST": "0",  # tests count boxes; those of the pool ask for it
            }
            | settings
        )
        self.begins_empty = False
        self.process: subprocess.Popen[bytes] | None = None
        self._testctl = _Testctl(self.environment)
        self._one_at_a_time = threading.Lock()

    def start(self, *, seconds: float = 120) -> None:
        """Start and wait until pages are answered and a worker has been heard of."""
        self.home.mkdir(parents=True, exist_ok=True)
        images = self.home / "images"
        if not images.exists():
            images.symlink_to(CACHE / "images")
        if not (self.home / "postgres").exists() and not self.begins_empty:
            shutil.copytree(prepared_database(), self.home / "postgres")
        log = (self.home / "supervisor.log").open("ab")
        command = [sys.executable, "-m", "config.embedded"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=self.code, stdout=log, stderr=log)
        self.until_ready(seconds=seconds)

    def until_ready(self, *, seconds: float = 120) -> None:
        until(self._is_ready, seconds=seconds, what=f"/readyz of {self.home}: {self.log_tail()}")

    def stop(self) -> None:
        """Ctrl-C."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def end(self) -> None:
        """Stop it in whatever state it is, so that a failed test leaves nothing behind."""
        self._testctl.end()
        if self.process and self.process.poll() is None:
            self.stop()

    def kill_everything(self) -> None:
        """A power cut for the platform's own processes; boxes are left, as a killed supervisor leaves them."""
        assert self.process
        pids = self.pids()
        self.process.kill()
        self.process.wait()
        for pid in [pid for role, them in pids.items() if role != "supervisor" for pid in them]:
            kill(pid)
        until(
            lambda: not any(alive(pid) for them in pids.values() for pid in them),
            seconds=10,
            what="the processes to end",
        )

    def pids(self) -> dict[str, list[int]]:
        return dict(json.loads((self.home / "run" / "processes.json").read_text()))

    def kill(self, role: str, number: signal.Signals = signal.SIGKILL, *, which: int = 0) -> int:
        """Send a signal to one process of `role`; return its pid."""
        pid = self.pids()[role][which]
        os.kill(pid, number)
        return pid

    def testctl(self, *words: str) -> Any:
        """`python -m tests.testctl` against this platform: its JSON."""
        with self._one_at_a_time:
            status, out, err = self._testctl.answer(words)
        assert status == 0, err
        return json.loads(out)

    def get(self, path: str, *, cookies: str = "", timeout: float = 10) -> bytes:
        request = urllib.request.Request(self.address + path, headers={"Cookie": cookies} if cookies else {})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return bytes(answer.read())

    def log_tail(self) -> str:
        log = self.home / "supervisor.log"
        return log.read_text()[-2000:] if log.exists() else ""

    def _is_ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log_tail()
        try:
            return bool(json.loads(self.get("/readyz"))["ready"])
        except OSError:
            return False


class _Testctl:
    """`python -m tests.testctl --serve`, started when it is first asked and again when it has ended."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.process: subprocess.Popen[str] | None = None

    def answer(self, words: Sequence[str]) -> tuple[int, str, str]:
        """The status and what was printed, as of a process of its own."""
        if self.process is None or self.process.poll() is not None:
            self.process = self._start()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        status, out, err = json.loads(self.process.stdout.readline())
        return status, out, err

    def end(self) -> None:
        if self.process:
            self.process.communicate()

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.testctl", "--serve"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)


def run_platform(code: Path = ROOT, /, **settings: str) -> Iterator[RunningPlatform]:
    """For fixtures: a running platform in a folder of its own, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tomoni-"))
    running = RunningPlatform(home, code, **settings)
    try:
        running.start()
        yield running
    finally:
        running.end()
        shutil.rmtree(home, ignore_errors=True)


def until(ask: Callable[[], object], *, seconds: float = 20, every: float = 0.05, what: str = "it") -> Any:
    """The first true answer of `ask`; AssertionError when none came in `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
