"""The file of a backup: a tar of a manifest, the database's dump, files of outputs, people's drives, perhaps the key.

The manifest comes first, so that an unsuitable file is refused at once; an empty member named `complete` comes last, so
that one that was cut off is. Files of outputs are named by the digest of their bytes, and are held to it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO

MANIFEST, DUMP, KEY, COMPLETE = "manifest.json", "database.dump", "secret_key", "complete"
FILES, DRIVES = "files/", "drives/"
FORMAT = 1
CHUNK = 2**20


class NoBackup(Exception):
    """This file is no backup, or a damaged one; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself."""

    made_at: str
    postgres: int  # the major version of the programs that wrote the dump
    migrations: list[str]  # "app.name" of each that the dumped tables have had
    files: int
    key: str  # whose key: a digest of it
    has_key: bool
    drives: dict[str, int] = field(default_factory=dict)  # how many bytes each has room for, by its name
    format: int = FORMAT


class Writer:
    """Adds members to a new backup, which gets its name only when it is whole."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def text(self, name: str, text: str) -> None:
        raw = text.encode()
        self.stream(name, io.BytesIO(raw), len(raw))

    def stream(self, name: str, stream: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, stream)

    def tree(self, prefix: str, stream: IO[bytes]) -> None:
        """All members of another tar, which is read as it comes."""
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            _copy(tar, tar, self._tar, lambda name: prefix + name)


@contextmanager
def write(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """A backup in the making; nothing is left of it if the block fails."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                writer = Writer(tar)
                writer.text(MANIFEST, json.dumps(asdict(manifest), indent=1))
                yield writer
                writer.text(COMPLETE, "")
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_manifest(path: Path) -> Manifest:
    """What the file says about itself; raises NoBackup."""
    for name, stream in members(path):
        if name != MANIFEST:
            break
        try:
            return Manifest(**json.loads(stream.read()))
        except (ValueError, TypeError) as problem:
            raise NoBackup(f"{path} was made by another version of Tomoni and cannot be read by this one.") from problem
    raise NoBackup(f"{path} is not a backup of Tomoni.")


def check(path: Path) -> None:
    """Read all of it; raises NoBackup if something is missing or damaged."""
    last = ""
    for name, stream in members(path):
        last = name
        digest = _digest(path, stream)
        if is_blob(name) and digest != blob_name(name):
            raise NoBackup(f"{path} is damaged: {name} is not what it was when it was written.")
    if last != COMPLETE:
        raise NoBackup(f"{path} is not whole: it was cut off while it was written or copied.")


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Each member's name and contents, in order; raises NoBackup for what is no tar."""
    try:
        with tarfile.open(path, mode="r|") as tar:
            for member in tar:
                if stream := _contents(tar, member):
                    yield member.name, stream
    except tarfile.TarError as problem:
        raise NoBackup(f"{path} is not a backup of Tomoni, or it is damaged.") from problem


def _contents(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes] | None:
    """None for what has none: a folder, a link."""
    return tar.extractfile(member) if member.isreg() else None


def _copy(
    members: Iterable[tarfile.TarInfo], source: tarfile.TarFile, target: tarfile.TarFile, renamed: Callable[[str], str]
) -> None:
    """Add these members of one tar to another, under other names."""
    for member in members:
        member.name = renamed(member.name)
        target.addfile(member, _contents(source, member))


def drives(path: Path) -> Iterator[tuple[str, "DriveReader"]]:
    """The name of each drive, and what writes its contents as a tar of their own."""
    with tarfile.open(path, mode="r|") as tar:
        inside = (member for member in tar if member.name.startswith(DRIVES))
        for key, members in groupby(inside, key=lambda member: member.name.split("/")[1]):
            yield key, DriveReader(tar, f"{DRIVES}{key}/", members)


@dataclass(frozen=True, slots=True)
class DriveReader:
    """One drive of a backup that is being read."""

    tar: tarfile.TarFile
    prefix: str
    members: Iterator[tarfile.TarInfo]

    def copy_to(self, stream: IO[bytes]) -> None:
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as contents:
            _copy(self.members, self.tar, contents, lambda name: name.removeprefix(self.prefix))


def _digest(path: Path, stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    try:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    except tarfile.TarError as problem:
        raise NoBackup(f"{path} is not whole: it was cut off while it was written or copied.") from problem
    return digest.hexdigest()


def is_blob(name: str) -> bool:
    return name.startswith(f"{FILES}blobs/")


def blob_name(name: str) -> str:
    """The digest that a blob's path spells: `blobs/ab/cdef…`."""
    return name.removeprefix(f"{FILES}blobs/").replace("/", "")
