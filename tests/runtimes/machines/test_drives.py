"""A drive keeps what is written to it, whichever box wrote it and however that box ended."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtimes.machines.provider import CannotAttach, Drive
from tests.running import until
from tests.runtimes.machines.inhabitants import MIB, Inhabited, Town

PLACE = "/content/drive"
NOTE = f"{PLACE}/MyDrive/note.txt"

PEOPLES_FILES = f"""
import os
os.chdir('{PLACE}/MyDrive')
os.mkdir('deep')
os.symlink('/etc/shadow', 'away')
os.mkfifo('pipe')
open('empty', 'w').close()
open('deep/写真 1.bin', 'wb').write(bytes(range(100)) * 3000)
for path, mode in (('empty', 0o600), ('deep/写真 1.bin', 0o640)):
    os.chmod(path, mode)
    os.utime(path, (1e6, 1e6))
"""
WHAT_IS_THERE = f"""
import json, os, stat
found = []
for folder, folders, files in os.walk('{PLACE}/MyDrive'):
    for name in folders + files:
        path = os.path.join(folder, name)
        seen, told = os.lstat(path), [os.path.relpath(path, '{PLACE}/MyDrive')]
        if stat.S_ISLNK(seen.st_mode):
            told += [os.readlink(path)]
        else:
            told += [oct(stat.S_IMODE(seen.st_mode))]
        if stat.S_ISREG(seen.st_mode):
            told += [seen.st_uid, seen.st_mtime, len(open(path, 'rb').read())]
        found.append(told)
print(json.dumps(sorted(told for told in found if told[0] != 'later.txt')))
"""


@pytest.fixture
def drive(town: Town) -> Iterator[Drive]:
    drive = Drive("of-ada", 64 * MIB)
    yield drive
    town.machines.drop_drive(drive.key)
    until(lambda: not _devices_of(town), what="its devices to be given back")


def _devices_of(town: Town) -> list[str]:
    """Loop devices that still show a drive of this home."""
    claims = [path.read_text() for path in Path("/sys/block").glob("loop*/loop/backing_file")]
    return [claim for claim in claims if str(town.home.resolve() / "drives") in claim]


def test_it_is_there_again_in_the_next_box_and_belongs_to_its_root(town: Town, drive: Drive) -> None:
    first = town.start("first")
    town.machines.attach("first", drive, PLACE)
    assert first.says(f"open({NOTE!r}, 'w').write('kept'); import os; print(sorted(os.listdir({PLACE!r})))") == (
        "['My Drive', 'MyDrive', 'lost+found']"
    )
    town.machines.stop("first")
    assert not _devices_of(town)

    second = town.start("second")
    town.machines.attach("second", drive, PLACE)
    told = second.says(f"import os; s = os.stat({NOTE!r}); print(open({NOTE!r}).read(), s.st_uid, s.st_gid)")
    assert told == "kept 0 0"
    assert second.says(f"print(open('{PLACE}/My Drive/note.txt').read())") == "kept"
    town.machines.stop("second")


def test_all_of_it_is_read_while_a_box_writes_and_written_to_another(town: Town, drive: Drive) -> None:
    box = town.start("first")
    town.machines.attach("first", drive, PLACE)
    box.says(PEOPLES_FILES)
    with town.machines.read_drive(drive.key) as contents:
        box.says(f"open('{PLACE}/MyDrive/later.txt', 'w').write('it may be written meanwhile')")
        saved = contents.read()
    copy = Drive("of-bob", 64 * MIB)
    with town.machines.write_drive(copy) as contents:
        contents.write(saved)

    town.machines.detach("first", PLACE)
    town.machines.attach("first", copy, PLACE)
    assert json.loads(box.says(WHAT_IS_THERE)) == [
        ["away", "/etc/shadow"],
        ["deep", "0o755"],
        ["deep/写真 1.bin", "0o640", 0, 1e6, 300_000],
        ["empty", "0o600", 0, 1e6, 0],
    ]
    town.machines.stop("first")
    town.machines.drop_drive(copy.key)


def test_a_tar_that_is_cut_off_or_too_large_makes_no_drive(town: Town, drive: Drive) -> None:
    box = town.start("first")
    town.machines.attach("first", drive, PLACE)
    box.says(f"import os; open('{PLACE}/MyDrive/large', 'wb').write(os.urandom(30_000_000))")
    with town.machines.read_drive(drive.key) as contents:
        saved = contents.read()
    town.machines.stop("first")
    for length, size in ((len(saved) // 2, 64 * MIB), (len(saved), 16 * MIB)):
        copy = Drive("of-bob", size)
        with pytest.raises(CannotAttach), town.machines.write_drive(copy) as contents:
            contents.write(saved[:length])
        assert not town.machines.keeps_drive(copy.key)


def test_a_drive_that_is_broken_or_not_there_is_not_read(town: Town, drive: Drive) -> None:
    for broken in (False, True):
        if broken:
            (town.home / "drives" / f"{drive.key}.img").write_bytes(b"no file system" * 100_000)
        with pytest.raises(CannotAttach), town.machines.read_drive(drive.key):
            pass


def test_several_boxes_share_it_at_once(town: Town, drive: Drive) -> None:
    boxes = [town.start(name) for name in ("first", "second")]
    for box in boxes:
        town.machines.attach(box.box.name, drive, PLACE)
    assert len(_devices_of(town)) == 1

    boxes[0].says(f"open({NOTE!r}, 'w').write('from the first')")
    assert boxes[1].says(f"print(open({NOTE!r}).read())") == "from the first"
    town.machines.stop("first")
    boxes[1].says(f"open({NOTE!r}, 'a').write(', and the second')")
    town.machines.stop("second")

    third = town.start("third")
    town.machines.attach("third", drive, PLACE)
    assert third.says(f"print(open({NOTE!r}).read())") == "from the first, and the second"
    town.machines.stop("third")


def test_a_box_that_is_killed_loses_nothing_of_it_and_leaves_nothing_mounted(town: Town, drive: Drive) -> None:
    box = town.start("first")
    town.machines.attach("first", drive, PLACE)
    box.says(f"open({NOTE!r}, 'w').write('x' * 1_000_000)")
    os.kill(box.monitor, signal.SIGKILL)
    until(lambda: not _devices_of(town), what="the kernel to take it off")
    town.machines.stop("first")

    again = town.start("first")
    town.machines.attach("first", drive, PLACE)
    assert again.says(f"print(len(open({NOTE!r}).read()))") == "1000000"
    town.machines.stop("first")


def test_it_holds_no_more_than_it_was_made_for_and_carries_no_rights(town: Town, drive: Drive) -> None:
    box = town.start("first")
    town.machines.attach("first", drive, PLACE)
    full = box.run(f"open('{PLACE}/MyDrive/big', 'wb').write(bytes({80 * MIB}))")
    assert full.status == 1 and "No space left" in full.output
    options = box.says(f"print([line.split()[3] for line in open('/proc/mounts') if {PLACE!r} in line][0])").split(",")
    assert {"nosuid", "nodev"} <= set(options)
    town.machines.stop("first")


def test_attaching_and_detaching_may_be_repeated(town: Town, drive: Drive) -> None:
    box = town.start("first")
    for _ in range(2):
        town.machines.attach("first", drive, PLACE)
    assert box.says(f"print(open('/proc/mounts').read().count({PLACE!r}))") == "1"
    box.says(f"open({NOTE!r}, 'w').write('kept')")

    for _ in range(2):
        town.machines.detach("first", PLACE)
    assert box.says(f"import os; print(os.listdir({PLACE!r}))") == "[]"
    town.machines.attach("first", drive, PLACE)
    assert box.says(f"print(open({NOTE!r}).read())") == "kept"
    town.machines.stop("first")


@pytest.mark.parametrize(
    "place", ["/etc", "/content", "/content/../etc/x", "content/drive", "/content/a/", "/proc/x", ""]
)
def test_it_is_shown_only_where_people_keep_files(town: Town, drive: Drive, place: str) -> None:
    town.start("first")
    with pytest.raises(CannotAttach, match="/content/drive"):
        town.machines.attach("first", drive, place)
    town.machines.stop("first")


def test_a_link_that_the_box_laid_leads_nowhere(town: Town, drive: Drive) -> None:
    box = town.start("first")
    box.says(f"import os; os.symlink('/usr/local', {PLACE!r})")
    with pytest.raises(CannotAttach):
        town.machines.attach("first", drive, PLACE)
    assert box.says("import os; print('bin' in os.listdir('/usr/local'))") == "True"
    town.machines.stop("first")


def test_who_is_not_there_gets_none(town: Town, drive: Drive, box: Inhabited) -> None:
    with pytest.raises(CannotAttach, match="no such machine"):
        town.machines.attach("nobody", drive, PLACE)
    with pytest.raises(CannotAttach, match="no name"):
        town.machines.attach("ada", Drive("../../etc", MIB), PLACE)
    assert box.says("import os; print(os.path.exists('/content/drive'))") == "False"
