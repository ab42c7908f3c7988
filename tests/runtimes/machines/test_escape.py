"""A stranger's program in a box reaches nothing of the host, of the platform or of the neighbour (P80–P83)."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtimes.machines.inhabitants import Inhabited, Town

CANARY = "canary-7f3a9c"
DEVICES = "fd full null ptmx pts random shm stderr stdin stdout tty urandom zero"
REFUSALS = {"EPERM", "EACCES", "ENOSYS", "EAFNOSUPPORT"}
KIT = Path(__file__).parent / "kit"

LOOK_EVERYWHERE = f"""
import os
found = []
for folder, folders, files in os.walk('/'):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in ('/proc', '/usr', '/sys')]
    for name in files + folders:
        path = os.path.join(folder, name)
        if '{CANARY}' in path:
            found.append(path)
        try:
            if os.path.isfile(path) and os.path.getsize(path) < 2**20 and b'{CANARY}' in open(path, 'rb').read():
                found.append(path)
        except OSError:
            pass
print(found)
"""
LOOK_INTO_PROCESSES = """
import os
found = []
for process in filter(str.isdigit, os.listdir('/proc')):
    for name in ('environ', 'cmdline', 'cgroup', 'mountinfo'):
        try:
            found.append(open(f'/proc/{process}/{name}').read())
        except OSError:
            pass
print(chr(10).join(found))
"""


@pytest.fixture(scope="module")
def neighbour(town: Town) -> Iterator[Inhabited]:
    box = town.start("neighbour", token=f"token-{CANARY}")
    box.says(f"""
        import os, subprocess
        for path in ('/root', '/tmp', '/content', '/dev/shm', '/run'):
            open(path + '/{CANARY}', 'w').write('{CANARY}')
        subprocess.Popen(['sleep', '600'], stdout=-3, stderr=-3, env={{'SECRET': '{CANARY}'}})
    """)
    yield box
    town.machines.stop("neighbour")


@pytest.fixture
def host_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    monkeypatch.setenv("TOMONI_SECRET", CANARY)
    paths = [tmp_path / CANARY, Path("/tmp") / f"{CANARY}-{os.getpid()}", Path("/dev/shm") / f"{CANARY}-{os.getpid()}"]
    for path in paths:
        path.write_text(CANARY)
    yield paths
    for path in paths:
        path.unlink()


def test_p80_no_file_of_host_or_neighbour_is_in_sight(
    lasting_box: Inhabited, neighbour: Inhabited, host_files: list[Path]
) -> None:
    assert lasting_box.says(LOOK_EVERYWHERE) == "[]"
    for path in [*host_files, Path(__file__), Path("/root/.pyenv"), Path("/home"), neighbour.box.folder]:
        listing = lasting_box.says(f"import os; print(os.path.exists({str(path)!r}) and os.listdir({str(path)!r}))")
        assert listing in {"False", "[]"}, path


def test_p80_the_walls_hold_although_the_canaries_can_be_found(neighbour: Inhabited) -> None:
    found = neighbour.says(LOOK_EVERYWHERE)
    assert all(f"'{folder}/{CANARY}'" in found for folder in ("/root", "/tmp", "/content", "/dev/shm", "/run"))


def test_p80_nothing_of_the_hosts_environment_comes_along(town: Town, host_files: list[Path]) -> None:
    box = town.start("curious")
    said = box.says(LOOK_INTO_PROCESSES)
    town.machines.stop("curious")
    assert CANARY not in said
    assert "DATABASE_URL" not in said and "SECRET" not in said


def test_p81_only_its_own_processes_are_in_sight(lasting_box: Inhabited, neighbour: Inhabited) -> None:
    processes = lasting_box.says("import os; print([p for p in os.listdir('/proc') if p.isdigit()])")
    assert 3 <= len(json.loads(processes.replace("'", '"'))) <= 8
    assert "sleep" not in lasting_box.says(LOOK_INTO_PROCESSES)


def test_p81_the_machine_is_masked(lasting_box: Inhabited) -> None:
    for name in ["kcore", "keys", "kmsg", "timer_list", "kallsyms", "modules", "iomem", "cmdline", "config.gz"]:
        look = f"import os; print(os.path.exists('/proc/{name}') and open('/proc/{name}').read(100))"
        assert lasting_box.says(look) in {"", "False"}, name
    assert lasting_box.says("import os; print(os.listdir('/sys'), os.listdir('/proc/bus'))") == "[] []"
    for path in ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches", "/proc/sys/kernel/hostname"]:
        assert lasting_box.run(f"import os; os.write(os.open({path!r}, os.O_WRONLY), b'1')").status == 1, path
    nothing = "import os; print(os.stat('/proc/sysrq-trigger').st_rdev == os.stat('/dev/null').st_rdev)"
    assert lasting_box.run(nothing).output.strip() == "True" or not Path("/proc/sysrq-trigger").exists()
    assert lasting_box.says("import os; print(os.uname().nodename)") == "tomoni"
    assert set(lasting_box.says("print(*{l.split(':')[2] for l in open('/proc/self/cgroup').read().split()})")) == {"/"}
    devices = lasting_box.says("import os; print(sorted(os.listdir('/dev')))")
    assert devices == str(DEVICES.split())


def test_p82_no_listener_is_reachable(lasting_box: Inhabited, neighbour: Inhabited, tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as listener, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0{CANARY}")
        abstract.listen()
        port = listener.getsockname()[1]
        addresses = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "1.1.1.1", _address_of_host()]
        for address in addresses:
            attempt = f"import socket; socket.create_connection(('{address}', {port}), timeout=2)"
            assert "Error" in lasting_box.run(attempt).output, address
        attempt = f"import socket; socket.socket(socket.AF_UNIX).connect('\\0{CANARY}')"
        assert "ConnectionRefusedError" in lasting_box.run(attempt).output
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert lasting_box.says("import socket; print([n for _, n in socket.if_nameindex()])") in {"['lo']"}


def _address_of_host() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def test_p82_names_cannot_be_asked_for(lasting_box: Inhabited) -> None:
    assert "gaierror" in lasting_box.run("import socket; socket.getaddrinfo('example.org', 80)").output


def test_p82_the_platforms_folder_cannot_be_written(lasting_box: Inhabited) -> None:
    for path in ["/run/tomoni/x", "/run/tomoni/link/x", "/run/tomoni/agent.json", "/opt/tomoni/init.py"]:
        assert lasting_box.run(f"open({path!r}, 'a')").status == 1, path
    assert lasting_box.run("import os; os.unlink('/run/tomoni/link/agent.sock')").status == 1


def test_p83_every_dangerous_system_call_is_refused(lasting_box: Inhabited) -> None:
    answers = json.loads(lasting_box.says((KIT / "syscalls.py").read_text()))
    assert len(answers) >= 40
    allowed = {name: answer for name, answer in answers.items() if answer not in REFUSALS}
    assert allowed == {}


def test_p83_set_user_id_gives_nothing(lasting_box: Inhabited) -> None:
    said = lasting_box.says("""
        import os, shutil, subprocess
        shutil.copy('/usr/bin/id', '/tmp/id')
        os.chmod('/tmp/id', 0o4755)
        print(subprocess.run(['/tmp/id', '-u'], user=1000, capture_output=True, text=True).stdout)
        print([l.split()[1] for l in open('/proc/self/status') if l.startswith('NoNewPrivs')])
    """)
    assert said.split() == ["1000", "['1']"]


def test_threads_and_ordinary_work_still_go(lasting_box: Inhabited) -> None:
    assert (
        lasting_box.says("""
        import concurrent.futures, multiprocessing, asyncio, tempfile, pty, socket
        with concurrent.futures.ThreadPoolExecutor() as pool:
            assert list(pool.map(abs, [-1, -2])) == [1, 2]
        with multiprocessing.get_context('fork').Pool(2) as pool:
            assert pool.map(abs, [-1, -2]) == [1, 2]
        server = socket.create_server(('127.0.0.1', 80))
        assert socket.create_connection(('127.0.0.1', 80))
        pty.openpty()
        print('fine')
    """)
        == "fine"
    )
