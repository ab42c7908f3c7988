"""A box that takes all it can get harms only itself, and the reason is told (P84, P85, P86)."""

import json
import os
import shutil

import pytest

from tests.running import until
from tests.runtimes.machines.inhabitants import MIB, Inhabited, Town, processes_of

FORK_BOMB = """
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)
"""
MEMORY_BOMBS = {
    "a list": "held = []\nwhile True: held.append(bytearray(8 * 2**20))",
    "a mapping": "import mmap\nm = mmap.mmap(-1, 2**30)\nfor i in range(0, 2**30, 4096): m[i] = 1",
    "a child": "import os\nexit(os.system(\"python3 -c 'x = bytearray(2**30)'\") and 77)",
}


def test_p84_a_fork_bomb_stays_in_its_box(box: Inhabited, town: Town) -> None:
    assert box.run(FORK_BOMB, seconds=3).status is None
    assert len(processes_of(box.box)) <= 64
    assert box.figures["pids"] <= 64
    assert os.waitstatus_to_exitcode(os.system("true")) == 0, "the host still starts processes"
    town.machines.stop("ada")
    assert processes_of(box.box) == []


@pytest.mark.parametrize("bomb", MEMORY_BOMBS.values(), ids=MEMORY_BOMBS.keys())
def test_p85_a_memory_bomb_kills_its_program_and_no_more(box: Inhabited, bomb: str) -> None:
    assert box.run(bomb).status in {-9, 77}
    until(lambda: box.figures["oom_kills"] > 0, what="the kill to be counted")
    assert box.figures["memory_peak"] <= 256 * MIB
    assert box.says("print('the agent lives')") == "the agent lives"


def test_p85_shared_memory_counts_and_cannot_fill_the_box(box: Inhabited) -> None:
    fill = "f = open('/dev/shm/x', 'wb')\nwhile True: f.write(bytes(2**20)); f.flush()"
    outcome = box.run(fill)
    assert "No space left on device" in outcome.output
    assert int(box.says("import os; print(os.stat('/dev/shm/x').st_size)")) <= 128 * MIB
    assert box.says("print('the agent lives')") == "the agent lives"


def test_p85_an_agent_that_dies_of_memory_is_told_as_such(town: Town) -> None:
    box = town.start("small", memory_bytes=32 * MIB)
    hog = "open('/proc/%d/oom_score_adj' % __import__('os').getppid(), 'w').write('1000')\nx = bytearray(2**28)"
    box.lines.write(json.dumps({"code": hog, "seconds": 20}) + "\n")
    box.lines.flush()
    until(lambda: not box.state.running, what="the box to end")
    assert box.state.reason == "out-of-memory"
    town.machines.stop("small")


def test_p86_a_full_disk_is_full_and_the_host_is_not(box: Inhabited) -> None:
    free = shutil.disk_usage(box.box.home).free
    outcome = box.run("f = open('/content/x', 'wb')\nwhile True: f.write(bytes(2**20))")
    assert "No space left on device" in outcome.output
    assert free - shutil.disk_usage(box.box.home).free < 600 * MIB
    assert "No space left on device" in box.run("open('/usr/local/y', 'wb').write(bytes(2**22))").output
    box.says("import os; os.unlink('/content/x')")
    assert box.says("open('/tmp/z', 'wb').write(bytes(2**22)); print('room again')") == "room again"


def test_p86_files_beyond_count_are_refused(box: Inhabited) -> None:
    outcome = box.run("for i in range(10**6): open(f'/content/{i}', 'w').close()", seconds=60)
    assert outcome.status == 1
    assert "No space left on device" in outcome.output


def test_p86_a_deleted_open_file_counts(box: Inhabited) -> None:
    hide = "import os\nf = open('/content/x', 'wb')\nos.unlink('/content/x')\nwhile True: f.write(bytes(2**20))"
    assert "No space left on device" in box.run(hide).output
    until(lambda: box.figures["disk"] < 50 * MIB, what="the space to come back with the program's end")


def test_p86_a_sparse_file_takes_only_what_it_holds(box: Inhabited) -> None:
    assert box.says("f = open('/content/x', 'wb'); print(f.truncate(2**40))") == str(2**40)
    until(lambda: 0 < box.figures["disk"] < 50 * MIB, what="the figures")


def test_processor_time_is_limited(town: Town) -> None:
    box = town.start("slow", cpus=0.2)
    spin = "import time\nend = time.monotonic() + 3\nwhile time.monotonic() < end: pass\nprint(time.process_time())"
    assert float(box.says(spin)) < 1.2
    town.machines.stop("slow")


def test_p86_an_output_flood_does_not_fill_the_hosts_disk(box: Inhabited) -> None:
    flood = "import os\nf = open(f'/proc/{os.getppid()}/fd/1', 'w')\nfor i in range(2000): f.write('x' * 2**16)"
    assert box.run(flood).status == 0
    until(lambda: box.box.log.exists() and box.box.log.stat().st_size > 0, what="the log")
    assert box.box.log.stat().st_size <= 65_536


def test_p99_what_a_box_uses_is_counted_outside_it(box: Inhabited, town: Town) -> None:
    first = until(lambda: town.machines.measure("ada"), what="the first figures")
    box.run("import time\nend = time.process_time() + 1.5\nwhile time.process_time() < end: pass", seconds=20)
    later = until(
        lambda: (seen := town.machines.measure("ada")) and seen.cpu_seconds > first.cpu_seconds + 1.4 and seen,
        what="the counter to move",
    )
    assert later.counter == first.counter
    assert later.seconds - first.seconds >= (later.cpu_seconds - first.cpu_seconds) / 1.1, "one processor, as it has"
    assert later.memory_byte_seconds > first.memory_byte_seconds
    assert town.machines.measure("nobody") is None
    assert "meter" not in box.says("import os; print(os.listdir('/run/tomoni'))")


def test_p99_what_a_box_used_is_still_said_when_it_has_ended(town: Town) -> None:
    box = town.start("brief")
    box.lines.write(json.dumps({"code": "import os; os.kill(os.getppid(), 9)", "seconds": 5}) + "\n")
    box.lines.flush()
    until(lambda: not box.state.running, what="the box to end")
    measured = town.machines.measure("brief")
    assert measured is not None
    assert measured.seconds > 0
    town.machines.stop("brief")
    assert town.machines.measure("brief") is None


def test_p96_a_program_is_seen_by_its_name_and_arguments(box: Inhabited, town: Town) -> None:
    hidden = """
    import os, shutil, subprocess
    shutil.copy(shutil.which("sleep"), "/content/xmrig")
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    subprocess.Popen(["/content/xmrig", "600"], start_new_session=True, **quiet)
    """
    assert box.run(hidden).status == 0
    seen = [process for process in town.machines.processes("ada") if process.name == "xmrig"]
    assert [process.arguments for process in seen] == ["/content/xmrig 600"]
    assert list(town.machines.processes("nobody")) == []
