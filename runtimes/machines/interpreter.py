"""Puts the running Python's base interpreter into an image, at usr/local."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
LEFT_OUT = shutil.ignore_patterns("site-packages", "dist-packages", "test", "__pycache__", "*.a", "EXTERNALLY-MANAGED")
OWN_LIBRARIES = b"$ORIGIN/../lib"


def install_interpreter(local: Path) -> Path:
    """Leaves a working Python in <local>/bin that needs nothing outside /usr, and returns its path."""
    (local / "bin").mkdir(parents=True)
    base = Path(sys.base_prefix)
    if base == Path("/usr"):
        _layer_on_system_python(local)
    else:
        _copy_interpreter(base, local)
    for name in ("python3", "python"):
        (local / "bin" / name).symlink_to(f"python{VERSION}")
    return local / "bin" / "python3"


def _layer_on_system_python(local: Path) -> None:
    """The host's /usr lies under every box, so its Python is there already. As a virtual environment
    /usr/local keeps out of the distribution's packages and of its special installation folders."""
    (local / "bin" / f"python{VERSION}").symlink_to(f"/usr/bin/python{VERSION}")
    (local / "lib" / f"python{VERSION}" / "site-packages").mkdir(parents=True)
    (local / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")


def _copy_interpreter(base: Path, local: Path) -> None:
    program = local / "bin" / f"python{VERSION}"
    shutil.copy2(base / "bin" / f"python{VERSION}", program)
    for folder in (f"lib/python{VERSION}", f"include/python{VERSION}"):
        if (base / folder).is_dir():
            shutil.copytree(base / folder, local / folder, symlinks=True, ignore=LEFT_OUT)
    (local / "lib" / f"python{VERSION}" / "site-packages").mkdir(parents=True)
    for library in sorted((base / "lib").glob("libpython*.so*")):
        shutil.copy2(library, local / "lib" / library.name, follow_symlinks=False)
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        _point_at_own_libraries(program, base)


def _point_at_own_libraries(program: Path, base: Path) -> None:
    """Rewrites the run path that was compiled into the program (the folder of the original) in place."""
    original = os.fsencode(base / "lib") + b"\0"
    contents = program.read_bytes()
    if original in contents and len(original) > len(OWN_LIBRARIES):
        program.write_bytes(contents.replace(original, OWN_LIBRARIES.ljust(len(original), b"\0")))
