"""Several hosts, each in a network of its own: machines start on them, one is lost, comes back, and one is drained."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import Caller, Runner, text_of
from tests.needs import CACHE
from tests.network import Network
from tests.running import ROOT, RunningPlatform, kill, run_platform, until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="networks of their own need root")

HURRIED = {
    "TOMONI_HOST_BEAT_SECONDS": "0.5",
    "TOMONI_HOST_LOST_SECONDS": "6",
    "TOMONI_RECONCILE_SECONDS": "1",
}


class RemoteHost:
    """`make host` in a network namespace that reaches the platform's address and nothing else."""

    def __init__(self, platform: RunningPlatform, number: int) -> None:
        self.name, self.number = f"host-{number}", number
        self.home = Path(tempfile.mkdtemp(prefix="host-"))
        (self.home / "images").symlink_to(CACHE / "images")
        ours = f"10.231.{number}.1"
        self.words = ["nsenter", f"--net=/run/netns/{self._netns}"]  # `ip netns exec` would hide the control groups
        ip("netns", "add", self._netns)
        ip("link", "add", self._cable, "type", "veth", "peer", "name", "far", "netns", self._netns)
        ip("address", "add", f"{ours}/30", "dev", self._cable)
        ip("link", "set", self._cable, "up")
        ip("-n", self._netns, "address", "add", f"10.231.{number}.2/30", "dev", "far")
        ip("-n", self._netns, "link", "set", "far", "up")
        self.way = Network(platform.port, address=ours)
        self.way.__enter__()
        theirs = json.loads((platform.home / "environment.json").read_text())
        self.environment = (
            platform.environment
            | theirs
            | HURRIED
            | {
                "TOMONI_HOME": str(self.home),
                "TOMONI_HOST_NAME": self.name,
                "TOMONI_BOXES": "2",
                "TOMONI_ADDRESS": f"http://{ours}:{self.way.port}",
            }
        )
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def _netns(self) -> str:
        return f"tomoni-{os.getpid()}-{self.number}"

    @property
    def _cable(self) -> str:
        return f"tm{os.getpid()}-{self.number}"[:15]

    @property
    def boxes(self) -> list[str]:
        folder = self.home / "boxes"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def start(self) -> None:
        log = (self.home / "supervisor.log").open("ab")
        command = [*self.words, sys.executable, "-m", "config.embedded.host"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=log, stderr=log)

    def lose(self) -> None:
        """Its supervisor and its worker die in one moment; its boxes run on, and nobody hears of them."""
        pids = json.loads((self.home / "run" / "processes.json").read_text())
        for role in ("supervisor", "worker", "relay", "egress"):
            for pid in pids[role]:
                kill(pid)
        assert self.process
        self.process.wait(10)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(60)
        self.way.__exit__()
        ip("netns", "delete", self._netns)
        shutil.rmtree(self.home, ignore_errors=True)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    yield from run_platform(TOMONI_HOST_NAME="main", TOMONI_BOXES="1", **HURRIED)


@pytest.fixture(scope="module")
def hosts(platform: RunningPlatform) -> Iterator[list[RemoteHost]]:
    with contextlib.ExitStack() as stack:
        made = []
        for number in (1, 2):
            made.append(RemoteHost(platform, number))
            stack.callback(made[-1].end)
        for host in made:
            host.start()
        until(
            lambda: names_of(platform, "alive") >= {"host-1", "host-2"}, seconds=60, what=f"the hosts: {said_by(made)}"
        )
        yield made


def said_by(hosts: list[RemoteHost]) -> str:
    return " ".join((host.home / "supervisor.log").read_text()[-500:] for host in hosts)


def names_of(platform: RunningPlatform, which: str) -> set[str]:
    """The names of the hosts that are alive, lost or open."""
    return set(in_shell(platform, f"print(*Host.objects.{which}().values_list('pk', flat=True))").split())


def in_shell(platform: RunningPlatform, code: str) -> str:
    command = [sys.executable, "manage.py", "shell", "-c", f"from runtimes.allocation.models import *\n{code}"]
    environment = platform.environment | json.loads((platform.home / "environment.json").read_text())
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def machine(platform: RunningPlatform, name: str) -> Runner:
    caller = Caller(platform, f"{name}@example.org")
    runner = Runner(caller, str(platform.testctl("notebook", caller.email)["id"]))
    answer = runner.result(runner.run("import os\nprint('begun', flush=True)"), seconds=90)
    assert text_of(answer) == "begun\n"
    return runner


def box_of(runner: Runner) -> str:
    runner.reconnect()  # a page that was silent for as long as the others' starts took would be given up
    return str(runner.ask("connect")["runtime"]["id"])


def test_hosts_are_used_lost_found_again_and_drained(platform: RunningPlatform, hosts: list[RemoteHost]) -> None:
    first, second = hosts
    people = [machine(platform, name) for name in ("ada", "bob", "cleo", "dora")]
    boxes = {box_of(runner): runner for runner in people}
    assert (len(first.boxes), len(second.boxes)) in {(2, 2), (2, 1), (1, 2)}, "one may be on the platform's own host"

    lost, kept = set(first.boxes), set(boxes) - set(first.boxes)
    going_on = {name: boxes[name].run("import time\nfor n in range(12): time.sleep(1)\nprint('done')") for name in kept}
    first.lose()
    until(lambda: "host-1" in names_of(platform, "lost"), seconds=60, what="the host to be found lost")
    for name in lost:
        boxes[name].reconnect()
        gone = boxes[name].expect(lambda frame: frame["type"] == "status" and is_gone(frame), seconds=60)
        assert gone["runtime"]["reason"] == "host-lost"
    for name, execution in going_on.items():
        assert text_of(boxes[name].result(execution)) == "done\n", "the others noticed nothing"

    first.start()
    until(lambda: "host-1" in names_of(platform, "alive"), seconds=60, what="the lost host to come back")
    until(lambda: not lost & set(first.boxes), seconds=60, what="what it still held to end")

    in_shell(platform, "Host.objects.filter(pk='host-2').update(is_drained=True)")
    before = set(second.boxes)
    again = [machine(platform, name) for name in ("emil", "fay")]
    assert set(second.boxes) == before, "a drained host keeps what it has and gets nothing"
    assert {box_of(runner) for runner in again} & set(first.boxes), "the one that came back is used"

    in_shell(platform, "Host.objects.filter(pk='host-2').update(is_drained=False)")
    for runner in people:
        runner.reconnect()
        runner.ask("reset")
    until(lambda: not set(second.boxes) & set(boxes), seconds=30, what="the ended machines to go from their host")
    in_shell(platform, "Host.objects.exclude(pk='host-2').update(is_drained=True)")
    assert box_of(machine(platform, "gil")) in second.boxes, "it takes new ones again"
    for runner in (*people, *again):
        runner.close()


def is_gone(frame: dict[str, object]) -> bool:
    runtime = frame["runtime"]
    return isinstance(runtime, dict) and runtime["state"] == "gone"
