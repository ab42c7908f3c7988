"""Where groups are made and what is written into them; the folders here are plain, the formats the kernel's."""

from pathlib import Path

import pytest

from runtimes.machines.cgroups import Limits, Usage, find_hierarchy, group_of_box, remove

LIMITS = Limits(memory_bytes=2**30, cpus=1.5, pids=100)


def unified(tmp_path: Path, own: str = "/service", root: str = "/") -> tuple[Path, Path]:
    """A /proc/self and a cgroup2 mount as a service under systemd sees them."""
    proc, mount = tmp_path / "proc", tmp_path / "cgroup"
    proc.mkdir()
    (proc / "cgroup").write_text(f"0::{own}\n")
    (proc / "mountinfo").write_text(f"30 23 0:26 {root} {mount} rw,nosuid - cgroup2 cgroup2 rw\n")
    group = mount / own.removeprefix(root if root != "/" else "").strip("/")
    group.mkdir(parents=True)
    (group / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    (group / "cgroup.subtree_control").write_text("cpu memory pids\n")
    (group / "cgroup.procs").write_text("")
    return proc, group


def test_version_2_is_found_below_our_own_group(tmp_path: Path) -> None:
    proc, group = unified(tmp_path)
    hierarchy = find_hierarchy(proc)
    assert (hierarchy.version, hierarchy.missing) == (2, [])
    assert set(hierarchy.folders.values()) == {group}


def test_what_a_container_sees_starts_at_its_own_root(tmp_path: Path) -> None:
    proc, group = unified(tmp_path, own="/docker/abc/service", root="/docker/abc")
    assert set(find_hierarchy(proc).folders.values()) == {group}


def test_a_controller_that_is_not_delegated_is_missing(tmp_path: Path) -> None:
    proc, group = unified(tmp_path)
    (group / "cgroup.controllers").write_text("memory pids\n")
    assert find_hierarchy(proc).missing == ["cpu"]


def test_limits_and_figures_of_version_2(tmp_path: Path) -> None:
    proc, group = unified(tmp_path)
    box = group_of_box(find_hierarchy(proc), "tomoni-x-ada")
    folder = group / "tomoni-x-ada"
    folder.mkdir()
    for name in ("memory.max", "memory.swap.max", "pids.max", "cpu.max", "cpu.weight"):
        (folder / name).write_text("")
    box.create(LIMITS)
    written = {path.name: path.read_text() for path in folder.iterdir()}
    assert written["memory.max"] == str(2**30)
    assert (written["memory.swap.max"], written["pids.max"], written["cpu.max"]) == ("0", "100", "150000 100000")
    (folder / "memory.current").write_text("4096\n")
    (folder / "memory.peak").write_text("8192\n")
    (folder / "memory.stat").write_text("anon 1\ninactive_file 1024\n")
    (folder / "memory.events").write_text("low 0\nmax 3\noom 2\noom_kill 2\n")
    (folder / "pids.current").write_text("5\n")
    assert box.usage() == Usage(memory=4096, memory_peak=8192, cached=1024, oom_kills=2, pids=5)


def test_a_limit_that_cannot_be_set_stops_the_start(tmp_path: Path) -> None:
    proc, group = unified(tmp_path)
    with pytest.raises(FileNotFoundError):
        group_of_box(find_hierarchy(proc), "tomoni-x-ada").create(LIMITS)
    assert (group / "tomoni-x-ada").is_dir()


def test_removing_what_is_gone_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    remove([tmp_path / "there", tmp_path / "never-there"])
    assert list(tmp_path.iterdir()) == []
