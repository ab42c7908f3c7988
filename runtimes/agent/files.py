"""What the Files pane asks of the box: lists, names, and whole files in pieces. Everything here may block."""

import heapq
import os
import re
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .places import Place, Places, Refused, refusing, rename_new

MOST_ENTRIES = 1000
NOT_A_FILE = "This is not a file with contents that could be read."
CHANGED = "The file has changed in the machine since it was opened here."
UPLOAD = re.compile(r"[0-9a-f]{8,64}")

Values = dict[str, Any]


class Files:
    def __init__(self, places: Places) -> None:
        self._places = places
        self._works: dict[str, Callable[..., Values]] = {
            "list": self.list,
            "stat": self.stat,
            "new": self.new,
            "rename": self.rename,
            "delete": self.delete,
        }

    def do(self, work: str, path: str, to: str = "", kind: str = "file") -> Values:
        """Carry out one of the works by name; raises Refused."""
        more: Values = {"new": {"kind": kind}, "rename": {"to": to}}.get(work, {})
        if work not in self._works:
            raise Refused("file-trouble", "The machine does not know how to do this.")
        with refusing():
            return self._works[work](path, **more)

    def list(self, path: str) -> Values:
        """What is in a folder: folders first, by name, at most so many."""
        folder = self._places.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with os.scandir(folder) as found:
                entries = [self._entry(folder, path, entry.name) for entry in found]
        finally:
            os.close(folder)
        known = [entry for entry in entries if entry is not None]
        first = heapq.nsmallest(MOST_ENTRIES, known, key=_in_order)
        return {"entries": first, "count": len(known), "writable": self._places.is_writable(path)}

    def stat(self, path: str) -> Values:
        descriptor = self._places.open(path, os.O_PATH)
        try:
            return _figures(os.fstat(descriptor)) | {"writable": self._places.is_writable(path)}
        finally:
            os.close(descriptor)

    def new(self, path: str, kind: str) -> Values:
        with self._places.parent(path, is_new=True) as place:
            if kind == "folder":
                os.mkdir(place.name, dir_fd=place.folder)
            else:
                flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
                os.close(os.open(place.name, flags, 0o644, dir_fd=place.folder))
        return {}

    def rename(self, path: str, to: str) -> Values:
        with self._places.parent(path) as old, self._places.parent(to, is_new=True) as new:
            rename_new(old, new)
        return {}

    def delete(self, path: str) -> Values:
        """Delete a file, a link (not what it leads to), or a folder with all that is in it."""
        with self._places.parent(path) as place:
            if stat.S_ISDIR(_lstat(place).st_mode):
                shutil.rmtree(place.name, dir_fd=place.folder)  # follows no links, whoever swaps them meanwhile
            else:
                os.unlink(place.name, dir_fd=place.folder)
        return {}

    def open_to_read(self, path: str) -> tuple[int, Values]:
        """A descriptor of a plain file, and its figures."""
        with refusing():
            descriptor = self._places.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)  # a pipe would wait
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            raise Refused("file-kind", NOT_A_FILE)
        return descriptor, _figures(status)

    def open_to_write(self, path: str, upload: str) -> "Upload":
        """Begin to write a file, or go on with what an earlier attempt of the same upload wrote."""
        if not UPLOAD.fullmatch(upload):
            raise Refused("file-trouble", "An upload is named by hexadecimal digits.")
        with refusing(), self._places.parent(path, is_new=True) as place:
            kept = Place(os.dup(place.folder), place.name)
            try:
                return Upload(kept, f".{upload}.part")
            except OSError:
                os.close(kept.folder)
                raise

    def _entry(self, folder: int, path: str, name: str) -> Values | None:
        """One line of a list; None for what has gone meanwhile."""
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            return None
        entry = {"name": os.fsencode(name).decode(errors="replace"), **_figures(status)}
        if entry["kind"] == "link":
            entry["to"] = self._kind_behind(f"{path}/{name}")
        if entry["name"] != name:
            entry["strange"] = True  # no text in any encoding that we know: shown, and left to the terminal
        return entry

    def _kind_behind(self, path: str) -> str:
        try:
            descriptor = self._places.open(path, os.O_PATH)
        except (OSError, Refused):
            return ""
        try:
            return _kind(os.fstat(descriptor).st_mode)
        finally:
            os.close(descriptor)


class Upload:
    """A file that is being written under another name beside its place, and put there when it is whole."""

    def __init__(self, place: Place, part: str) -> None:
        self._place, self._part = place, part
        flags = os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.open(part, flags, 0o644, dir_fd=place.folder)
        self.size = os.lseek(self._file, 0, os.SEEK_END)

    def write(self, data: bytes) -> None:
        with refusing():
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]
        self.size += len(data)

    def finish(self, *, replace: bool, version: str | None) -> Values:
        """Put it in its place. `version` is what the page believes to replace: anything else is left as it is."""
        with refusing():
            self._check(replace, version)
            figures = _figures(os.fstat(self._file))
            part = Place(self._place.folder, self._part)
            if replace:
                os.replace(part.name, self._place.name, src_dir_fd=part.folder, dst_dir_fd=part.folder)
            else:
                rename_new(part, self._place)
            return figures

    def _check(self, replace: bool, version: str | None) -> None:
        before = _status_or_none(self._place)
        if before is None:
            if version:
                raise Refused("file-changed", CHANGED)
            return
        if not replace:
            raise Refused("file-exists", "There is already something of this name.")
        if not stat.S_ISREG(before.st_mode):
            raise Refused("file-kind", "There is a folder or a link of this name, which is not replaced by a file.")
        if version and version != _version(before):
            raise Refused("file-changed", CHANGED)
        os.fchmod(self._file, stat.S_IMODE(before.st_mode))

    def drop(self) -> None:
        """Forget what was written so far."""
        with suppress(OSError):
            os.unlink(self._part, dir_fd=self._place.folder)

    def close(self) -> None:
        os.close(self._file)
        os.close(self._place.folder)


def _lstat(place: Place) -> os.stat_result:
    return os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)


def _status_or_none(place: Place) -> os.stat_result | None:
    try:
        return _lstat(place)
    except FileNotFoundError:
        return None


def _figures(status: os.stat_result) -> Values:
    return {
        "kind": _kind(status.st_mode),
        "size": status.st_size,
        "modified": status.st_mtime,
        "version": _version(status),
    }


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"


def _version(status: os.stat_result) -> str:
    return f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}"


def _in_order(entry: Values) -> tuple[bool, str, str]:
    return "folder" not in (entry["kind"], entry.get("to")), entry["name"].casefold(), entry["name"]
