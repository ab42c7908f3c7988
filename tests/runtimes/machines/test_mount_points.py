"""What a box wrote never leads a mount outside it (a symbolic link where a mount point should be)."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from runtimes.machines import sandbox
from runtimes.machines.box import Box
from runtimes.machines.layers import make_folder
from runtimes.machines.provider import CannotStart
from tests.runtimes.machines.inhabitants import Town


@pytest.fixture
def tree(tmp_path: Path) -> int:
    (tmp_path / "tree").mkdir()
    (tmp_path / "outside").mkdir()
    return os.open(tmp_path / "tree", os.O_PATH | os.O_DIRECTORY)


def test_a_missing_folder_is_made_and_opened(tree: int, tmp_path: Path) -> None:
    opened = make_folder(tree, "opt/tomoni")
    assert Path(f"/proc/self/fd/{opened}").readlink() == tmp_path / "tree/opt/tomoni"


@pytest.mark.parametrize("link", ["../outside", "/", "/proc/self/root", "."])
@pytest.mark.parametrize("place", ["opt", "opt/tomoni", "opt/tomoni/deep"])
def test_a_link_on_the_way_is_refused(tree: int, tmp_path: Path, link: str, place: str) -> None:
    target = tmp_path / "tree" / "opt"
    target.symlink_to(link)
    with pytest.raises(OSError) as refusal:
        make_folder(tree, place)
    assert refusal.value.errno in {errno.ELOOP, errno.ENOTDIR}
    assert not list((tmp_path / "outside").iterdir())


def test_a_file_in_the_place_of_a_folder_is_refused(tree: int, tmp_path: Path) -> None:
    (tmp_path / "tree" / "opt").write_text("")
    with pytest.raises(NotADirectoryError):
        make_folder(tree, "opt/tomoni")


def test_the_parent_cannot_be_named(tree: int) -> None:
    with pytest.raises(OSError) as refusal:
        make_folder(tree, "../outside")
    assert refusal.value.errno == errno.EXDEV


@pytest.mark.parametrize("place", ["dev", "run", "opt", "opt/tomoni", "proc", "usr"])
def test_p80_a_box_does_not_start_over_a_planted_link(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """As if its disk came from an earlier life, whose root had planned for this one."""
    image, trap = tmp_path / "image", tmp_path / "trap"
    trap.mkdir()
    for folder in ("root/dev", "root/run", "root/opt/tomoni", "root/proc", "root/usr", "local"):
        (image / folder).mkdir(parents=True)
    if (planted := image / "root" / place).name == "opt":
        (planted / "tomoni").rmdir()
    planted.rmdir()
    planted.symlink_to(trap)
    start_monitor = sandbox._start_monitor

    def start_from_planted_image(box: Box) -> None:
        box.write_plan(replace(box.read_plan(), image=str(image)))
        start_monitor(box)

    monkeypatch.setattr(sandbox, "_start_monitor", start_from_planted_image)
    with pytest.raises(CannotStart, match=f"openat2 {planted.name}"):
        town.machines.start(town.request("planner"))
    assert list(trap.iterdir()) == []
    assert "planner" not in town.machines.list()
