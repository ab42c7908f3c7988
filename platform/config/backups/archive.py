"""The file of a backup: a tar of a manifest, the database's dump, the files of outputs, and perhaps the key.

The manifest comes first, so that an unsuitable file is refused at once; an empty member named `complete` comes last, so
that one that was cut off is. Files of outputs are named by the digest of their bytes, and are held to it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

MANIFEST, DUMP, KEY, COMPLETE, FILES = "manifest.json", "database.dump", "secret_key", "complete", "files/"
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
                stream = tar.extractfile(member)
                if stream is not None:
                    yield member.name, stream
    except tarfile.TarError as problem:
        raise NoBackup(f"{path} is not a backup of Tomoni, or it is damaged.") from problem


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
