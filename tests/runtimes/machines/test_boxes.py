"""A box starts once, lives without who started it, ends with a reason, and leaves nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtimes.machines import identities
from runtimes.machines.box import Box
from runtimes.machines.provider import CannotStart
from tests.running import until
from tests.runtimes.machines.inhabitants import Inhabited, Town, processes_of

REPOSITORY = Path(__file__).parents[3]
STARTER = """
import os, sys
from pathlib import Path
from runtimes.machines.choose import MachineSettings, provider
from tests.runtimes.machines.inhabitants import SHELL
from runtimes.machines.provider import BoxRequest
request = BoxRequest("orphan", "t", "unix:/run/tomoni/link/agent.sock", 2**28, 2**28, 1.0, 64, 600)
provider(MachineSettings(Path(sys.argv[1]), agent=SHELL)).start(request)
os.kill(os.getpid(), 9)
"""


def left_of(box: Box) -> list[str]:
    """Whatever of a box this host still has."""
    loops = subprocess.run(["losetup", "--all"], capture_output=True, text=True).stdout
    claims = [path.name for path in (box.home / "identities").iterdir() if path.read_text() == box.name]
    groups = [str(path) for path in Path("/sys/fs/cgroup").rglob(f"tomoni-*-{box.name}")]
    return [
        *map(str, processes_of(box)),
        *[line for line in loops.splitlines() if str(box.folder) in line],
        *[line for line in Path("/proc/self/mounts").read_text().splitlines() if str(box.folder) in line],
        *claims,
        *groups,
        *map(str, box.folder.rglob("*") if box.folder.exists() else []),
    ]


def test_a_box_runs_python_as_its_own_root(box: Inhabited) -> None:
    assert box.says("import os; print(os.getuid(), os.getcwd(), os.uname().nodename)") == "0 /content tomoni"
    assert box.says("import numpy, pandas, matplotlib, sklearn; print('ready')") == "ready"


def test_its_root_is_nobody_on_the_host(box: Inhabited) -> None:
    owners = {Path(f"/proc/{process}").stat().st_uid for process in processes_of(box.box)}
    assert len(processes_of(box.box)) >= 2
    assert all(owner >= identities.FIRST for owner in owners)


def test_two_boxes_share_no_identity(box: Inhabited, town: Town) -> None:
    other = town.start("bob")
    maps = [each.says("print(open('/proc/self/uid_map').read().split())") for each in (box, other)]
    town.machines.stop("bob")
    assert maps[0] != maps[1]


def test_the_whole_root_may_be_written_and_the_image_stays(box: Inhabited) -> None:
    places = ["/etc/mine", "/usr/bin/mine", "/usr/local/bin/mine", "/root/mine", "/content/mine", "/tmp/mine"]
    box.says(f"[open(place, 'w').write('x') for place in {places}]")
    image = Path(box.box.read_plan().image)
    assert not list(image.rglob("mine"))
    assert not Path("/usr/bin/mine").exists()


def test_free_and_df_show_the_limits(box: Inhabited) -> None:
    until(lambda: box.figures["memory"] > 0, what="the first figures")
    assert box.says("print(open('/proc/meminfo').readline().split()[1])") == str(256 * 1024)
    size = int(box.says("import shutil; print(shutil.disk_usage('/content').total)"))
    assert 200 * 1024**2 < size <= 256 * 1024**2


def test_starting_twice_makes_one_box(box: Inhabited, town: Town) -> None:
    monitor = box.monitor
    town.machines.start(town.request("ada"))
    assert box.monitor == monitor
    assert box.says("print('still here')") == "still here"


def test_stopping_leaves_nothing_and_may_be_repeated(box: Inhabited, town: Town) -> None:
    assert left_of(box.box)
    town.machines.stop("ada")
    assert left_of(box.box) == []
    assert "ada" not in town.machines.list()
    town.machines.stop("ada")


def test_the_agents_end_is_the_boxs_end(box: Inhabited, town: Town) -> None:
    box.lines.write(json.dumps({"code": "import os; os.kill(os.getppid(), 15)", "seconds": 5}) + "\n")
    box.lines.flush()
    until(lambda: not box.state.running, what="the box to end")
    assert (box.state.reason, box.state.detail) == ("exit", "Its agent ended with status 143.")
    town.machines.start(town.request("ada"))
    assert not box.state.running, "an ended box is not started again by itself"
    assert processes_of(box.box) == []


def test_a_box_outlives_whoever_started_it(town: Town) -> None:
    starter = subprocess.run([sys.executable, "-c", STARTER, str(town.home)], cwd=REPOSITORY)
    assert starter.returncode == -signal.SIGKILL
    orphan = Inhabited(town.switchboard.of("orphan").get(timeout=20), Box(town.home, "orphan"), town.machines)
    assert orphan.says("print('alive')") == "alive"
    assert orphan.state.running
    town.machines.stop("orphan")
    assert left_of(orphan.box) == []


def test_p08_a_killed_monitor_takes_the_box_with_it_and_is_told_as_lost(box: Inhabited, town: Town) -> None:
    os.kill(box.monitor, signal.SIGKILL)
    until(lambda: not processes_of(box.box), what="the box to end")
    assert (box.state.running, box.state.reason) == (False, "lost")
    town.machines.stop("ada")
    assert left_of(box.box) == []


def test_the_lifetime_ends_a_box_whose_agent_does_not(town: Town) -> None:
    box = town.start("brief", lifetime_seconds=-29)  # the monitor's grace is 30 seconds
    until(lambda: not box.state.running, what="the box to end")
    assert box.state.detail == "Its lifetime was over."
    town.machines.stop("brief")


@pytest.mark.parametrize("step", ["identities.claim", "_write_agent_settings", "_write_groups", "_start_monitor"])
def test_a_start_that_broke_off_is_swept(town: Town, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    with monkeypatch.context() as crash:
        crash.setattr(f"runtimes.machines.sandbox.{step}", crashes)
        with pytest.raises(KeyboardInterrupt):
            town.machines.start(town.request("broken"))
    assert town.machines.list()["broken"].reason == "lost"
    assert town.start("broken").says("print('new')") == "new"
    town.machines.stop("broken")
    assert left_of(Box(town.home, "broken")) == []


def crashes(*_: object) -> None:
    raise KeyboardInterrupt  # as good as a kill: nothing on the way catches it


@pytest.mark.parametrize("delay", [0.06, 0.09, 0.12, 0.15, 0.18])
def test_p05_a_start_that_is_killed_at_any_moment_is_swept(town: Town, delay: float) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(town.home)], cwd=REPOSITORY)
    until((Box(town.home, "orphan").folder / "monitor.log").exists, what="the monitor to be started")
    time.sleep(delay - 0.05)
    starter.kill()
    starter.wait()
    for process in monitors_in(town.home):
        os.kill(process, signal.SIGKILL)
    town.machines.stop("orphan")
    assert left_of(Box(town.home, "orphan")) == []
    town.switchboard.callers.pop("orphan", None)


def monitors_in(home: Path) -> list[int]:
    commands = {path: path / "cmdline" for path in Path("/proc").iterdir() if path.name.isdigit()}
    words = {int(path.name): _read(command).split(b"\0") for path, command in commands.items()}
    return [process for process, said in words.items() if b"orphan" in said and os.fsencode(home) in said]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("name", ["", "..", "a/b", "-a", "A", "a" * 64])
def test_a_name_that_is_no_name_is_refused(town: Town, name: str) -> None:
    with pytest.raises(CannotStart):
        town.machines.start(town.request(name))
