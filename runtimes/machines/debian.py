"""Debian packages in an image: R, for example. Unpacked over the host's /usr as a layer; the host stays as it is."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

MERGED = ("bin", "sbin", "lib", "lib64")  # of packages that do not know of the merged /usr yet
# Links that the packages' own scripts would have made. They are not run: they expect to change a living system.
NUMBERS = ("blas/libblas.so.3", "lapack/liblapack.so.3")
R_SETTINGS = "usr/lib/R/etc/Renviron.ucf"
R_KERNEL = "usr/lib/R/site-library/IRkernel/kernelspec"


class NoDebianPackages(Exception):
    """They could not be had; the text says why."""


def add_packages(building: Path, packages: Sequence[str]) -> None:
    """Put these packages, and what they need beyond the host's own, into the image's layers `root` and `usr`."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NoDebianPackages("Debian packages need a host with apt-get and dpkg-deb.")
    with tempfile.TemporaryDirectory(prefix="apt-", dir=building.parent) as folder:
        unpacked = Path(folder, "unpacked")
        unpacked.mkdir()
        for archive in _fetch(Path(folder), packages):
            _run(["dpkg-deb", "-x", str(archive), str(unpacked)])
        _settle(unpacked, building)
        for name in MERGED:
            if (unpacked / name).is_dir():
                shutil.copytree(unpacked / name, unpacked / "usr" / name, symlinks=True, dirs_exist_ok=True)
                shutil.rmtree(unpacked / name)
        (unpacked / "usr").mkdir(exist_ok=True)
        (unpacked / "usr").rename(building / "usr")
        for name in ("etc", "var"):
            if (unpacked / name).is_dir():
                shutil.copytree(unpacked / name, building / "root" / name, symlinks=True, dirs_exist_ok=True)


def _fetch(folder: Path, packages: Sequence[str]) -> list[Path]:
    """With lists and archives of our own, so that it needs no rights over the host's."""
    archives, lists = folder / "archives", folder / "lists"
    for place in (archives, lists):
        (place / "partial").mkdir(parents=True)
    places = {"Dir::Cache": folder, "Dir::Cache::archives": archives, "Dir::State::lists": lists}
    options = ["-qq", "-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User="]
    options += [word for name, place in places.items() for word in ("-o", f"{name}={place}")]
    _run(["apt-get", *options, "update"])
    wanted = ["install", "--download-only", "--no-install-recommends", "--yes", "--", *packages]
    _run(["apt-get", *options, *wanted])
    return sorted(archives.glob("*.deb"))


def _settle(unpacked: Path, building: Path) -> None:
    for name in NUMBERS:
        for library in unpacked.glob(f"usr/lib/*/{name}"):
            link = library.parents[1] / library.name
            if not link.is_symlink():
                link.symlink_to(library.relative_to(link.parent))
    if (unpacked / R_SETTINGS).is_file():
        shutil.copy2(unpacked / R_SETTINGS, unpacked / "etc/R/Renviron")
    if (unpacked / R_KERNEL).is_dir():
        shutil.copytree(unpacked / R_KERNEL, building / "local/share/jupyter/kernels/ir")


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    )
    if done.returncode:
        raise NoDebianPackages(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-1500:]}")
