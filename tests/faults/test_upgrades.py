"""A new version takes the place of the old one while people type and cells run."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.clients import Caller, Runner, Typist, text_of
from tests.faults.boxes import boxes_of
from tests.running import ROOT, RunningPlatform, run_platform, until

GOING = "/content/going"
COUNT = f"""
import os, time
kept = 0
open({GOING!r}, "w").close()
while os.path.exists({GOING!r}):
    print(kept, flush=True)
    kept += 1
    time.sleep(0.1)
"""
STAYING = {"supervisor", "postgres", "redis"}
CODE = ("platform", "notebooks", "runtimes", "templates")
MIGRATIONS = "notebooks/collaboration/migrations"
# What a version after this one may bring: the log of edits, with every row of it, becomes another table.
MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collaboration", {last!r})]
    operations = [
        migrations.AddField("documentupdate", "came_from", models.CharField(max_length=20, db_default="a page")),
        migrations.AddIndex("documentupdate", models.Index(fields=["came_from"], name="update_came_from")),
    ]
"""
CAME_FROM = "SELECT came_from, count(*) FROM collaboration_documentupdate GROUP BY 1"


def upgrade(platform: RunningPlatform) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "config.embedded.renew"]
    where = platform.code
    return subprocess.run(command, env=platform.environment, cwd=where, capture_output=True, text=True, check=False)


def test_an_upgrade_loses_no_running_cell_and_no_word(
    platform: RunningPlatform, notebook: str, cell: str, ada: Caller, bob: Caller, runner: Runner
) -> None:
    execution = runner.run(COUNT)
    until(lambda: is_running(runner, execution), seconds=60, what="the cell to run")
    before, boxes = platform.pids(), boxes_of(platform)

    with Typist(ada, notebook, cell) as first, Typist(bob, notebook, cell) as second:
        done = upgrade(platform)
        assert done.returncode == 0, done.stderr
        assert is_running(runner, execution)
    after = platform.pids()

    assert {role for role in after if set(after[role]) & set(before[role])} == STAYING
    assert {role: len(pids) for role, pids in after.items()} == {role: len(pids) for role, pids in before.items()}
    runner.reconnect()
    # The machine finds the new version within seconds; until then it is said that it is away.
    until(lambda: runner.ask("files", do="delete", path=GOING)["type"] == "ok", what="the machine to be back")
    counted = text_of(runner.result(execution)).split()
    assert len(counted) > 20 and counted == [str(number) for number in range(len(counted))]
    assert text_of(runner.result(runner.run("print(kept)"))) == f"{len(counted)}\n"
    assert boxes_of(platform) == boxes
    source = platform.testctl("dump", notebook)["cells"][0]["source"]
    typed = [*first.acknowledged, *second.acknowledged]
    assert len(typed) > 20
    assert [word for word in typed if source.count(word) != 1] == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The platform's code, to become another version."""
    for name in CODE:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "frontend").symlink_to(ROOT / "frontend")
    (tmp_path / ".cache").symlink_to(ROOT / ".cache")
    return tmp_path


@pytest.fixture
def older(checkout: Path) -> Iterator[RunningPlatform]:
    """A platform that runs `checkout`."""
    yield from run_platform(checkout)


def test_p21_the_database_is_migrated_under_those_who_type(older: RunningPlatform) -> None:
    ada, bob = Caller(older, "ada@example.org"), Caller(older, "bob@example.org")
    made = older.testctl("notebook", ada.email)["id"]
    older.testctl("share", made, bob.email, "editor")
    cell = older.testctl("dump", made)["cells"][0]["id"]
    with Typist(ada, made, cell) as first, Typist(bob, made, cell) as second:
        until(lambda: len(first.acknowledged) > 5, what="some words to be saved")
        migrations = older.code / MIGRATIONS
        last = max(file.stem for file in migrations.glob("0*.py"))
        (migrations / "0999_came_from.py").write_text(MIGRATION.format(last=last))
        done = upgrade(older)
        assert done.returncode == 0, done.stderr
        saved = len(second.acknowledged)
        until(lambda: len(second.acknowledged) > saved + 5, what="words to be saved by the new version")

    with psycopg.connect(host=str(older.home / "run"), user="tomoni", dbname="tomoni") as database:
        [(told, rows)] = database.execute(CAME_FROM).fetchall()
    assert (told, rows > 10) == ("a page", True)
    source = older.testctl("dump", made)["cells"][0]["source"]
    assert [word for word in (*first.acknowledged, *second.acknowledged) if source.count(word) != 1] == []
    assert first.problems == second.problems == []


def is_running(runner: Runner, execution: str) -> bool:
    found = runner.read(execution)
    return found is not None and found["state"] == "running"


def test_where_nothing_runs_there_is_nothing_to_upgrade(tmp_path: Path) -> None:
    done = upgrade(RunningPlatform(tmp_path))
    assert (done.returncode, "No Tomoni is running" in done.stderr) == (1, True)
