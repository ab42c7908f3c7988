"""A start that cannot be ends with one line that says what is wrong and what to do."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT, RunningPlatform, alive, until


def start(home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = RunningPlatform(home, **settings).environment
    command = [sys.executable, "-m", "config.embedded"]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_port_in_use_is_named_with_another_one_to_try(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = complaint(start(tmp_path / "home", TOMONI_PORT=str(port)))
    assert f"Port {port} is in use" in line
    assert f"TOMONI_PORT={port + 1} make run" in line


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    line = complaint(start(tmp_path / "file" / "home"))
    assert "cannot be written" in line
    assert "TOMONI_HOME" in line


def test_a_folder_whose_name_is_too_long_for_sockets_is_named(tmp_path: Path) -> None:
    line = complaint(start(tmp_path / ("long" * 30)))
    assert "too long" in line
    assert "TOMONI_HOME" in line


@pytest.mark.parametrize(("name", "value"), [("TOMONI_PORT", "eighty"), ("TOMONI_WEB", "0"), ("TOMONI_WORKERS", "-1")])
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    assert name in complaint(start(tmp_path / "home", **{name: value}))


def test_without_the_package_registry_the_set_up_says_so_in_one_line(tmp_path: Path) -> None:
    copy = tmp_path / "platform" / "config" / "embedded"
    copy.mkdir(parents=True)
    (copy / "setup.py").write_text((ROOT / "platform/config/embedded/setup.py").read_text())
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_NO_INDEX": "",
        "PIP_FIND_LINKS": "",
    }
    isolated = {"PIP_CONFIG_FILE": os.devnull, "PATH": os.environ["PATH"]}
    command = [sys.executable, str(copy / "setup.py"), "run"]
    done = subprocess.run(command, env=isolated | nowhere, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "registry" in last
    assert "network" in last


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("t") / "h"


def test_it_restarts_what_dies_stops_what_it_started_and_finds_everything_again(home: Path) -> None:
    platform = RunningPlatform(home)
    platform.start()
    try:
        made = platform.testctl("notebook", platform.testctl("user", "ada@example.org")["email"])["id"]
        for role in ("web", "worker", "beat", "redis", "egress", "postgres"):
            pid = platform.kill(role)
            until(lambda: pid not in platform.pids()[role] and all(map(alive, platform.pids()[role])), seconds=5)  # noqa: B023
        platform.until_ready()
        before = [pid for them in platform.pids().values() for pid in them]
        second = start(home, TOMONI_PORT=str(platform.port + 1))
        assert "Another Tomoni is running" in complaint(second)
    finally:
        platform.end()
    assert [pid for pid in before if alive(pid)] == []
    platform.start()
    assert platform.testctl("dump", made)["cells"]
    os.kill(platform.process.pid, signal.SIGTERM)  # type: ignore[union-attr]
    assert platform.process.wait(60) == 0  # type: ignore[union-attr]


def test_the_first_start_prints_a_link_that_signs_the_administrator_in_once(home: Path) -> None:
    platform = RunningPlatform(home)
    platform.begins_empty = True
    platform.start()
    try:
        line = until(lambda: [line for line in platform.log_tail().splitlines() if "/accounts/link/" in line])
        path = line[0].rsplit(platform.address, 1)[1]
        assert b"<form" in platform.get(path)
    finally:
        platform.end()
