"""Without root boxes have fewer walls; each missing one is named, and must be accepted by that name."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtimes.machines import image
from runtimes.machines.box import Box
from runtimes.machines.choose import MachineSettings, UnknownProvider, provider
from runtimes.machines.provider import CannotStart
from runtimes.machines.sandbox import Sandbox
from tests.runtimes.machines.inhabitants import SHELL, Inhabited, Switchboard, Town

REPOSITORY = Path(__file__).parents[3]
MISSING = {"identities", "disk", "memory", "processes", "cpus"}
AS_SOMEBODY = """
import json, sys
from pathlib import Path
from runtimes.machines.choose import MachineSettings, provider
from runtimes.machines.provider import BoxRequest, CannotAttach, CannotStart, Drive
home, agent, wish, *allow = sys.argv[1:]
machines = provider(MachineSettings(Path(home), allow=frozenset(allow), agent=Path(agent)))
if wish == "check":
    print(json.dumps([[problem.name, problem.sentence] for problem in machines.check()]))
elif wish == "start":
    request = BoxRequest("modest", "t", "unix:/run/tomoni/link/agent.sock", 2**28, 2**28, 1.0, 64, 600)
    try:
        machines.start(request)
    except CannotStart as refusal:
        print(refusal)
elif wish == "attach":
    try:
        machines.attach("modest", Drive("mine", 2**28), "/content/drive")
    except CannotAttach as refusal:
        print(refusal)
elif wish == "detach":
    machines.detach("modest", "/content/drive")
elif wish == "list":
    print(json.dumps([state.running for state in machines.list().values()]))
elif wish == "stop":
    machines.stop("modest")
"""


class Somebody:
    """An ordinary account with a home of its own, its own copy of the platform's machines, and the system's Python."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.sources = folder / "sources"
        shutil.copytree(REPOSITORY / "runtimes/machines", self.sources / "runtimes/machines")
        (self.sources / "runtimes/__init__.py").touch()
        shutil.copytree(SHELL, folder / "agent")
        self.agent = folder / "agent"
        self.account = pwd.getpwnam("nobody")
        self.home.mkdir()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def does(self, wish: str, *allow: str) -> str:
        python = shutil.which("python3", path="/usr/bin") or sys.executable
        done = subprocess.run(
            [python, "-c", AS_SOMEBODY, str(self.home), str(self.agent), wish, *allow],
            cwd=self.sources,
            user=self.account.pw_uid,
            group=self.account.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def somebody(home: Path) -> Iterator[Somebody]:
    if os.geteuid() != 0 or not os.path.exists("/usr/bin/python3"):
        pytest.skip("becoming an ordinary user needs root, and that user a Python that they may read")
    folder = Path(tempfile.mkdtemp(prefix="modest-"))
    folder.chmod(0o755)
    somebody = Somebody(folder)
    said = subprocess.run(["/usr/bin/python3", "-c", DIGEST], cwd=somebody.sources, capture_output=True, text=True)
    built = said.stdout.strip()
    (somebody.home / "images").mkdir()
    without = shutil.ignore_patterns("site-packages", "include")  # it is big, and Python alone is enough
    shutil.copytree(image.build(home), somebody.home / "images" / f"python-{built}", symlinks=True, ignore=without)
    for path in (somebody.home / "images").rglob("*"):
        os.chown(path, somebody.account.pw_uid, somebody.account.pw_gid, follow_symlinks=False)
    os.chown(somebody.home / "images", somebody.account.pw_uid, somebody.account.pw_gid)
    yield somebody
    somebody.does("stop")
    shutil.rmtree(folder)


DIGEST = "from runtimes.machines import image; print(image.digest())"


def test_each_missing_protection_is_named_with_a_remedy(somebody: Somebody) -> None:
    problems = dict(json.loads(somebody.does("check")))
    assert set(problems) == MISSING
    assert all("\n" not in sentence and len(sentence) > 40 for sentence in problems.values())


@pytest.mark.parametrize("absent", sorted(MISSING))
def test_a_box_is_refused_unless_every_one_is_accepted(somebody: Somebody, absent: str) -> None:
    said = somebody.does("start", *(MISSING - {absent}))
    assert "cannot be kept apart well enough" in said
    assert f"[{absent}]" in said
    assert somebody.does("list") == "[]"


def test_with_all_accepted_a_box_starts_and_goes(somebody: Somebody) -> None:
    switchboard = Switchboard(somebody.home / "run/link/agent.sock")
    for path in (somebody.home / "run", somebody.home / "run/link", somebody.home / "run/link/agent.sock"):
        os.chown(path, somebody.account.pw_uid, somebody.account.pw_gid)
    assert somebody.does("start", *MISSING) == ""
    machines = Sandbox(somebody.home, frozenset(), SHELL)
    box = Inhabited(switchboard.of("modest").get(timeout=20), Box(somebody.home, "modest"), machines)
    assert box.says("import os; print(os.getuid(), os.getcwd())") == "0 /content"
    box.says("open('/usr/local/bin/mine', 'w'); import os; os.chown('/usr/local/bin/mine', 5, 5)")
    assert (
        box.says(f"import os; print(os.path.exists({str(somebody.home)!r}), os.path.exists('/work'))") == "False False"
    )
    assert box.run("import os; os.mkdir('/content/locked', 0)").status == 0
    kit = (Path(__file__).parent / "kit/syscalls.py").read_text()
    assert "allowed" not in json.loads(box.says(kit)).values()
    assert somebody.does("attach") == ""
    box.says("open('/content/drive/MyDrive/note', 'w').write('kept')")
    assert (somebody.home / "drives/mine/MyDrive/note").read_text() == "kept"
    somebody.does("detach")
    assert box.says("import os; print(os.listdir('/content/drive'))") == "[]"
    somebody.does("stop")
    assert list((somebody.home / "boxes").iterdir()) == []


def test_an_unknown_provider_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownProvider, match="moonbase"):
        provider(MachineSettings(tmp_path, provider="moonbase"))


def test_as_root_this_machine_lacks_nothing_or_says_what(town: Town) -> None:
    problems = town.machines.check()
    assert {problem.name for problem in problems} <= MISSING | {"namespaces", "layers", "system-calls"}


def test_an_accepted_lack_does_not_excuse_another(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtimes.machines.protections.find_mkfs", lambda: None)
    careless = provider(MachineSettings(town.home, allow=frozenset({"memory"}), agent=SHELL))
    with pytest.raises(CannotStart, match=r"\[disk\].*Install e2fsprogs"):
        careless.start(town.request("diskless"))
