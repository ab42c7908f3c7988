"""Builds what a box sees as its file system, once: `python -m runtimes.machines.image --home HOME`.

An image is a folder of two layers: `root` (a small /etc and /var) and `local` (Python and the locked packages,
seen at /usr/local). The third layer is the host's own /usr, so nothing is downloaded but wheels. An administrator may
add packages of Python and of Debian, for other kernels: the latter are a fourth layer, `usr`, over the host's /usr.
"""

import argparse
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runtimes.machines.debian import NoDebianPackages, add_packages
from runtimes.machines.interpreter import VERSION, install_interpreter
from runtimes.machines.skeleton import UnsuitableHost, build_skeleton

PYTHON_IMAGE = Path(__file__).parent / "images" / "python"
REQUIREMENTS = PYTHON_IMAGE / "requirements.lock"
KERNELS = PYTHON_IMAGE / "kernels"  # of packages that bring no kernelspec, or only by a program of theirs
COMMANDS = PYTHON_IMAGE / "commands"  # in place of programs that work otherwise in a box, or not at all
OTHER_NAMES = {"apt": "apt-get", "podman": "docker"}  # of commands
COMPLETION = Path(__file__).with_name("completion.py")
RECIPE = tuple(
    Path(__file__).with_name(f"{name}.py") for name in ("image", "completion", "debian", "interpreter", "skeleton")
)
CHECK = "import encodings, ssl, sqlite3, ctypes, zmq, ipykernel, matplotlib.font_manager"


class CannotBuild(Exception):
    """The image could not be made; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What an administrator adds to the image: requirements for pip, and names of Debian packages."""

    python: tuple[str, ...] = ()
    debian: tuple[str, ...] = ()


NONE = Extras()


def build(home: Path, say: Callable[[str], None] = lambda line: None, extras: Extras = NONE) -> Path:
    """The image's folder, built first if this host has not got it yet."""
    image = place_of(home, extras)
    images = image.parent
    if image.is_dir():
        return image
    images.mkdir(parents=True, exist_ok=True)
    with (images / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not image.is_dir():
            _build_into(image, place_of(home), say, extras)
    return image


def place_of(home: Path, extras: Extras = NONE) -> Path:
    """Where this host has the image, or will have it."""
    # Scripts are rewritten by this path, so it must be the whole one.
    return (home / "images").resolve() / f"python-{digest(extras)}"


def digest(extras: Extras = NONE) -> str:
    """Changes with whatever the image is made from."""
    parts = hashlib.sha256(f"{sys.version} {sys.base_prefix} {platform.machine()}".encode())
    for path in (REQUIREMENTS, *RECIPE, *sorted(KERNELS.glob("*/kernel.json")), *sorted(COMMANDS.iterdir())):
        parts.update(path.read_bytes())
    if extras != NONE:
        parts.update(repr(extras).encode())
    return parts.hexdigest()[:16]


def _build_into(image: Path, plain: Path, say: Callable[[str], None], extras: Extras) -> None:
    for leftover in image.parent.glob(".building-*"):
        shutil.rmtree(leftover)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=image.parent))
    building.chmod(0o755)
    previous = os.umask(0o022)
    try:
        if extras != NONE and plain.is_dir():
            say("Copying the image without what is added")
            shutil.copytree(plain, building, symlinks=True, dirs_exist_ok=True)
        else:
            _build_plain(building, say)
        if extras != NONE:
            _add(building, say, extras)
        building.rename(image)
    except (OSError, UnsuitableHost, NoDebianPackages, shutil.Error) as problem:
        raise CannotBuild(f"The image for boxes could not be built: {problem}") from problem
    finally:
        os.umask(previous)
        shutil.rmtree(building, ignore_errors=True)


def _build_plain(building: Path, say: Callable[[str], None]) -> None:
    """What every image has."""
    say("Copying the system's settings")
    build_skeleton(building / "root")
    say(f"Copying Python {VERSION}")
    python = install_interpreter(building / "local")
    say("Installing the packages")
    _install_packages(python)
    _add_japanese_font(building / "local")
    say("Compiling")
    _compile(building, python)
    _warm_up(building, python)
    shutil.copytree(COMMANDS, building / "local/bin", dirs_exist_ok=True)
    for other, command in OTHER_NAMES.items():
        (building / "local/bin" / other).symlink_to(command)
    shutil.copytree(KERNELS, building / "local/share/jupyter/kernels", dirs_exist_ok=True)
    _name_interpreters(building)


def _add(building: Path, say: Callable[[str], None], extras: Extras) -> None:
    python = building / "local/bin/python3"
    if extras.python:
        say(f"Adding {' '.join(extras.python)}")
        _add_to_python(python, extras.python)
        _compile(building, python)
    if extras.debian:
        say(f"Adding the Debian packages {' '.join(extras.debian)}")
        add_packages(building, extras.debian)
    _name_interpreters(building)


def _install_packages(python: Path) -> None:
    options = ["--break-system-packages", "--no-deps", "--require-hashes", "--link-mode", "copy"]
    _run([find_uv(), "pip", "install", "--python", str(python), *options, "--requirements", str(REQUIREMENTS)])
    _tidy(python)


def _add_to_python(python: Path, requirements: tuple[str, ...]) -> None:
    """With what they need; what the image has already stays at its version."""
    locked = [line.split(" ")[0] for line in REQUIREMENTS.read_text().splitlines() if "==" in line and line[0] != " "]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.write("\n".join(locked))
        constraints.flush()
        options = ["--break-system-packages", "--link-mode", "copy", "--constraints", constraints.name]
        _run([find_uv(), "pip", "install", "--python", str(python), *options, "--", *requirements])
    _tidy(python)


def _tidy(python: Path) -> None:
    python.parents[1].joinpath(".lock").unlink(missing_ok=True)
    for script in python.parent.iterdir():
        if script.is_file() and not script.is_symlink():
            _fix_first_lines(script, python.parent)


def _fix_first_lines(script: Path, folder: Path) -> None:
    """They name the interpreter where it was built; a long path in a second line, behind /bin/sh."""
    contents = script.read_bytes()
    if contents.startswith(b"#!"):
        script.write_bytes(contents.replace(os.fsencode(folder), b"/usr/local/bin"))


def _compile(building: Path, python: Path) -> None:
    library = building / "local" / "lib" / f"python{VERSION}"
    names = ["-s", str(building / "local"), "-p", "/usr/local"]  # what tracebacks will say
    # Some packages carry files that no Python compiles on purpose; they stay as they are.
    subprocess.run([str(python), "-m", "compileall", "-q", "-j", "0", *names, str(library)], capture_output=True)


def _warm_up(building: Path, python: Path) -> None:
    """Matplotlib's list of fonts, and the libraries as Jedi parses them: no box spends its first seconds on them."""
    cache = building / "root/root/.cache"
    cache.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as home:
        own = {"HOME": home, "XDG_CACHE_HOME": str(cache), "MPLCONFIGDIR": str(cache / "matplotlib")}
        _run([str(python), "-B", "-c", CHECK], **own)
        _run([str(python), "-B", str(COMPLETION), str(building / "local"), "/usr/local"], **own)


def _name_interpreters(building: Path) -> None:
    """Kernelspecs name theirs where it was built."""
    for spec in (building / "local/share/jupyter/kernels").glob("*/kernel.json"):
        spec.write_text(spec.read_text().replace(str(building / "local"), "/usr/local"))


def _add_japanese_font(local: Path) -> None:
    """Where the system looks for fonts, and where Matplotlib does."""
    packages = local / "lib" / f"python{VERSION}" / "site-packages"
    fonts = local / "share/fonts/truetype"
    fonts.mkdir(parents=True)
    for font in (packages / "matplotlib_fontja").rglob("*.ttf"):
        shutil.copy2(font, fonts / font.name)
        own = packages / "matplotlib/mpl-data/fonts/ttf" / font.name
        own.symlink_to(os.path.relpath(fonts / font.name, own.parent))


def find_uv() -> str:
    repository = Path(__file__).resolve().parents[2]
    named = os.environ.get("TOMONI_UV")
    candidates = [Path(named)] if named else []
    candidates += [Path(sys.executable).with_name("uv"), repository / ".tools/bin/uv"]
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return str(candidate)
    found = shutil.which("uv")
    if found is None:
        raise CannotBuild("uv was not found. Install it (pip install uv) or name it in TOMONI_UV.")
    return found


def _run(command: list[str], **environment: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode:
        lines = (done.stderr or done.stdout).strip()[-2000:]
        raise CannotBuild(f"{Path(command[0]).name} failed while the image for boxes was built: {lines}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--python", action="append", default=[], help="a requirement for pip, besides the locked ones")
    parser.add_argument("--debian", action="append", default=[], help="a Debian package")
    arguments = parser.parse_args()
    try:
        build(arguments.home, _say, Extras(tuple(arguments.python), tuple(arguments.debian)))
    except CannotBuild as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
