"""Puts the programs that run inside boxes (init and agent) together, compiled, in a folder that boxes see."""

import compileall
import hashlib
import shutil
import tempfile
from pathlib import Path

AGENT = Path(__file__).parents[1] / "agent"
INSIDE = Path(__file__).parent / "inside"
LIBRARY = Path(__file__).parent / "images" / "python" / "lib"  # what notebooks import: `google.colab`


def install_program(home: Path, agent: Path = AGENT) -> Path:
    """A folder with `init.py`, the package `agent`, and `lib` for kernels; one for each state of their sources."""
    sources = sorted(path for folder in (INSIDE, agent, LIBRARY) for path in folder.rglob("*.py"))
    digest = hashlib.sha256()
    for source in sources:
        digest.update(f"{source.name}\0".encode() + source.read_bytes())
    program = home / "programs" / digest.hexdigest()[:16]
    if not program.is_dir():
        _install(program, agent)
    return program


def _install(program: Path, agent: Path) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(dir=program.parent, prefix=".building-"))
    try:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(INSIDE, building, dirs_exist_ok=True, ignore=ignore)
        shutil.copytree(agent, building / "agent", ignore=ignore)
        shutil.copytree(LIBRARY, building / "lib", ignore=ignore)
        compileall.compile_dir(building, quiet=2, stripdir=str(building), prependdir="/opt/tomoni")
        for path in (building, *building.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        building.rename(program)
    except OSError:
        if not program.is_dir():  # another start was quicker
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
