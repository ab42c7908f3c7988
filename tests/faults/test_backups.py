"""A backup is made while people work, and restored on an empty machine."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded.home import Home
from config.embedded.lent_database import database_alone
from tests.clients import Caller, Runner, Typist, text_of
from tests.running import ROOT, RunningPlatform, until

PICTURE = """
import base64, random
from IPython.display import display
display({"image/png": base64.b64encode(random.Random(7).randbytes(200_000)).decode()}, raw=True)
print("done")
"""
KEEP = """
from google.colab import drive
drive.mount("/content/drive")
open("/content/drive/MyDrive/kept.bin", "wb").write(bytes(range(256)) * 4_000)
print("kept")
"""
READ = """
from google.colab import drive
drive.mount("/content/drive")
print(open("/content/drive/MyDrive/kept.bin", "rb").read() == bytes(range(256)) * 4_000)
"""
ENOUGH = 20


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[RunningPlatform]:
    """Another machine, on which nothing is yet."""
    other = RunningPlatform(tmp_path / "other")
    yield other
    other.end()


def manage(platform: RunningPlatform, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(command, env=platform.environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_p20_a_backup_is_restored_on_an_empty_machine(
    platform: RunningPlatform,
    empty: RunningPlatform,
    notebook: str,
    cell: str,
    ada: Caller,
    bob: Caller,
    runner: Runner,
    tmp_path: Path,
) -> None:
    execution = runner.run(PICTURE)
    assert text_of(runner.result(execution)) == "done\n"
    file = tmp_path / "backup.tar"
    before = platform.testctl("dump", notebook)

    with Typist(ada, notebook, cell) as first, Typist(bob, notebook, cell) as second:
        until(lambda: min(len(first.acknowledged), len(second.acknowledged)) > ENOUGH)
        committed = [*first.acknowledged, *second.acknowledged]
        assert manage(platform, "backup", str(file)).returncode == 0
        until(lambda: len(first.acknowledged) + len(second.acknowledged) > len(committed) + ENOUGH)
    assert file.stat().st_mode & 0o077 == 0

    restored = manage(empty, "restore", str(file))
    assert (restored.returncode, restored.stderr) == (0, "")
    empty.start()

    there = empty.testctl("dump", notebook)
    source = there["cells"][0]["source"]
    assert [word for word in committed if source.count(word) != 1] == []
    assert there["executions"] == before["executions"]
    assert there["epoch"] > before["epoch"], "pages that know more than the backup would go on as if nothing had been"
    for person, role in ((ada, "owner"), (bob, "editor")):
        arrived = copy(person)  # with the session that they had
        arrived.platform, arrived.port = empty, empty.port
        assert arrived.get_json(f"/api/notebooks/{notebook}")["role"] == role
    [output] = [value for value in before["executions"][execution]["outputs"] if "blobs" in value]
    sha256 = output["blobs"]["image/png"]["sha256"]
    path = f"/api/notebooks/{notebook}/blobs/{sha256}"
    assert empty.get(path, cookies=ada.cookie).startswith(b"OLTmUuRNp/")


def test_p20_what_lies_in_a_drive_is_in_the_backup(
    platform: RunningPlatform, empty: RunningPlatform, notebook: str, ada: Caller, runner: Runner, tmp_path: Path
) -> None:
    platform.testctl("drive", notebook)
    assert text_of(runner.result(runner.run(KEEP), seconds=120)).endswith("kept\n")
    file = tmp_path / "backup.tar"
    made = manage(platform, "backup", str(file))
    assert "and 1 drives" in made.stdout, made.stderr

    restored = manage(empty, "restore", str(file))
    assert (restored.returncode, restored.stderr) == (0, "")
    empty.start()
    owner = Caller(empty, ada.email)
    again = Runner(owner, notebook)
    # The machine that she had is noticed to be gone.
    until(lambda: again.result(again.run("1"))["state"] == "done", seconds=60, every=1)
    assert text_of(again.result(again.run(READ), seconds=120)).endswith("True\n")
    again.close()


def test_p20_every_row_of_a_stopped_installation_is_there_again(
    tmp_path: Path, empty: RunningPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    home, file = tmp_path / "home", tmp_path / "backup.tar"
    old = RunningPlatform(home)
    old.start()
    owner = Caller(old, "ada@example.org")
    made = str(old.testctl("notebook", owner.email)["id"])
    old.testctl("share", made, "bob@example.org", "viewer")
    old.stop()

    assert manage(old, "backup", str(file)).returncode == 0
    assert manage(empty, "restore", str(file)).returncode == 0

    rows = rows_of(home)
    assert rows == rows_of(empty.home)
    assert len(rows) > 40 and rows["documents_notebook"][0] == 1
    assert (home / "secret_key").read_text() == (empty.home / "secret_key").read_text()


def rows_of(home: Path) -> dict[str, Any]:
    """Of each table how many rows it has, and a digest of all of them but for the name of their history."""
    with database_alone(home):
        where = f"host={Home(home).run} user=tomoni dbname=tomoni"
        with psycopg.connect(where, autocommit=True) as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            query = """
                SELECT count(*), md5(string_agg(row::text, chr(10) ORDER BY row::text))
                FROM (SELECT to_jsonb(t) - 'epoch' AS row FROM "{}" t) AS rows
            """
            return {name: connection.execute(query.format(name).encode()).fetchone() for (name,) in names}


def test_a_running_platform_is_not_restored_over(platform: RunningPlatform, notebook: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    assert manage(platform, "backup", str(file)).returncode == 0
    refused = manage(platform, "restore", str(file))
    assert refused.returncode == 1
    assert "Another Tomoni is running" in refused.stderr


def test_a_backup_that_is_broken_off_leaves_nothing_behind(
    platform: RunningPlatform, notebook: str, tmp_path: Path
) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "backup", str(tmp_path / "backup.tar")]
    making = subprocess.Popen(command, env=platform.environment, cwd=ROOT)
    until(lambda: os.listdir(tmp_path))
    making.send_signal(signal.SIGINT)
    making.wait(20)
    assert os.listdir(tmp_path) == []
