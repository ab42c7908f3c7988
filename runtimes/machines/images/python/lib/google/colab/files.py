"""Files between the machine and the reader's own computer, by way of the notebook's page."""

import contextlib
import os
import shutil
import time
import uuid
from pathlib import Path

from ._platform import NotDone, call

CONTENT = Path("/content")
DONE, CANCELLED = ".done", ".cancelled"
LOOK_EVERY = 0.2  # seconds


def upload(target_dir: str = "") -> dict[str, bytes]:
    """Ask for files in the page; they are saved in the working folder. Their names there, and what is in them."""
    return {str(path): path.read_bytes() for path in _uploaded(Path(target_dir), several=True)}


def upload_file(filename: str) -> None:
    """Ask for one file, and save it under this name, in the place of what is there."""
    for path in _uploaded(Path(), several=False):
        path.replace(filename)


def download(filename: str) -> None:
    """Have the page download a file of this machine."""
    path = Path(filename).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"Cannot find file: {filename}")
    _tell_page("download", path)


def view(filepath: str) -> None:
    """Open a file of this machine beside the notebook."""
    path = Path(filepath).resolve()
    if not path.exists():
        raise FileNotFoundError(f"Cannot find file: {filepath}")
    _tell_page("view", path)


def _uploaded(target: Path, *, several: bool) -> list[Path]:
    """Where the page puts files is a folder of its own until all of them are whole."""
    folder = CONTENT / f".upload-{uuid.uuid4().hex}"
    folder.mkdir()
    try:
        _tell_page("upload", folder, several=several)
        while not (folder / DONE).exists():
            if (folder / CANCELLED).exists():
                return []
            time.sleep(LOOK_EVERY)
        return [_moved(path, target) for path in sorted(folder.iterdir()) if path.name != DONE]
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)


def _moved(path: Path, target: Path) -> Path:
    new = _free(target / path.name)
    shutil.move(path, new)
    print(f"Saving {path.name} to {new}")  # noqa: T201
    return new


def _free(path: Path) -> Path:
    """A name that is not taken: `data.csv`, `data (1).csv`, …"""
    number = 0
    free = path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free


def _tell_page(what: str, path: Path, *, several: bool = False) -> None:
    try:
        call("page", what=what, path=str(path), several=several)
    except NotDone as problem:
        raise RuntimeError(f"The page could not be told: {problem}") from None
