"""Bring in what the platform needs: `setup.py run` or `setup.py test`. Standard library only: nothing is there yet.

The system's Python makes `.tools` with uv, uv makes `.venv` from the lock file (with Node among its programs), and npm
builds the front end. A step is skipped when what it would make is there and its inputs have not changed. A failure is a
single line that says what is missing and what to do.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
UV = ROOT / ".tools" / "bin" / "uv"
UV_VERSION = "0.11.0"
PROGRAMS = ROOT / ".venv" / "bin"
STAMPS = ROOT / ".cache" / "stamps"
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "platform" / "config" / "static"
COLLECTED = ROOT / ".cache" / "static"
REGISTRY_REMEDY = (
    "Check the network (or the proxy and index settings of pip, uv and npm) and run the same command again."
)


class Missing(Exception):
    """Something that the set-up needs is not there; the sentence says what and what to do."""


def main() -> None:
    try:
        check_python()
        install_uv()
        install_packages()
        build_frontend()
    except Missing as problem:
        sys.exit(f"tomoni: {problem}")


def check_python() -> None:
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        found = sys.version.split()[0]
        raise Missing(f"Python 3.11 to 3.13 is needed and this is {found}. Name another: make run PYTHON=python3.11")
    if not os.access(ROOT, os.W_OK):
        raise Missing(f"The folder {ROOT} cannot be written. Change its owner, or copy it to a folder of yours.")


def install_uv() -> None:
    if UV.exists():
        return
    say("Fetching uv …")
    tools = ROOT / ".tools"
    remedy = "Python's venv module does not work here: install it (on Debian: apt install python3-venv)."
    call([sys.executable, "-m", "venv", "--clear", str(tools)], remedy)
    pip = [str(tools / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    call([*pip, f"uv=={UV_VERSION}"], f"uv could not be fetched from the Python package registry. {REGISTRY_REMEDY}")


def install_packages() -> None:
    with step("packages", [ROOT / "pyproject.toml", ROOT / "uv.lock"], PROGRAMS / "python") as needed:
        if needed:
            say("Installing Python packages …")
            command = [str(UV), "sync", "--locked", "--quiet", "--compile-bytecode", "--python", sys.executable]
            call(command, f"Python packages could not be installed from the lock file. {REGISTRY_REMEDY}")


def build_frontend() -> None:
    lock = FRONTEND / "package-lock.json"
    environment = os.environ | {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    with step("node", [lock], FRONTEND / "node_modules") as needed:
        if needed:
            say("Installing front-end packages …")
            command = [str(PROGRAMS / "npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
            call(command, f"Front-end packages could not be installed. {REGISTRY_REMEDY}", FRONTEND, environment)
    sources = [
        path for path in FRONTEND.rglob("*") if path.is_file() and not {"node_modules", "dist"} & set(path.parts)
    ]
    with step("frontend", sources, FRONTEND / "dist") as needed:
        if needed:
            say("Building the front end …")
            remedy = "The front end could not be built; the lines above say why."
            call([str(PROGRAMS / "npm"), "run", "--silent", "build"], remedy, FRONTEND, environment)
    own_files = [path for path in STATIC.rglob("*") if path.is_file()]
    # The packages bring some too: those of the administration pages.
    with step("static", [*sources, *own_files, ROOT / "uv.lock"], COLLECTED) as needed:
        if needed:
            collect = [str(PROGRAMS / "python"), "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity=0"]
            call(collect, "The static files could not be collected; the lines above say why.", ROOT, environment)


class step:  # noqa: N801
    """A step that is needed when `made` is missing or one of `inputs` has changed since the step last succeeded."""

    def __init__(self, name: str, inputs: Iterable[Path], made: Path) -> None:
        self.stamp = STAMPS / name
        self.digest = digest_of(inputs)
        self.made = made

    def __enter__(self) -> bool:
        return not (self.made.exists() and self.stamp.exists() and self.stamp.read_text() == self.digest)

    def __exit__(self, problem: object, *_: object) -> None:
        if problem is None:
            STAMPS.mkdir(parents=True, exist_ok=True)
            self.stamp.write_text(self.digest)


def digest_of(inputs: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(inputs):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def call(command: list[str], remedy: str, folder: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:
        raise Missing(remedy)


def say(sentence: str) -> None:
    print(f"tomoni: {sentence}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
