"""Names in the box's file system, found without leaving the folder that they are meant to be in.

A path comes from a page, and code in the box may move folders and links while it is followed. So no path is checked
and then used: the kernel follows it below an open folder and refuses whatever leads out (`openat2`). What is changed
is changed in its open parent folder, by a single name.

Two folders are open. Below `content` (/content) one may write, and nothing leads out of it. Everything else is read
below the box's own root, where links are followed as if that root were all there is.
"""

import contextlib
import ctypes
import errno
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LONGEST_PATH, LONGEST_NAME = 4096, 255
ATTEMPTS = 20  # when somebody renames folders while a path is followed

_OPENAT2 = 437  # the same number for every processor
_NO_MAGIC_LINKS, _BENEATH, _IN_ROOT = 0x02, 0x08, 0x10
_NO_REPLACE = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """What was asked is not done; `code` and the sentence are for a page."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


SENTENCES = {
    errno.ENOENT: ("file-missing", "There is no such file or folder any more."),
    errno.EEXIST: ("file-exists", "There is already something of this name."),
    errno.ENOTEMPTY: ("file-exists", "There is already something of this name."),
    errno.EXDEV: ("file-outside", "This leads out of the folder that may be used here."),
    errno.ELOOP: ("file-outside", "This is a link that goes in circles, or leads where links may not lead."),
    errno.ENOTDIR: ("file-kind", "This is not a folder."),
    errno.EISDIR: ("file-kind", "This is a folder."),
    errno.ENXIO: ("file-kind", "This is not a file with contents that could be read."),
    errno.ENAMETOOLONG: ("file-name", "This name is too long: it may have 255 bytes."),
    errno.EINVAL: ("file-name", "This name cannot be used."),
    errno.EILSEQ: ("file-name", "This name cannot be used."),
    errno.ENOSPC: ("file-no-space", "The machine's disk is full."),
    errno.EDQUOT: ("file-no-space", "The machine's disk is full."),
    errno.EFBIG: ("file-no-space", "The machine takes no file as large as this."),
    errno.EACCES: ("file-denied", "The machine does not allow this."),
    errno.EPERM: ("file-denied", "The machine does not allow this."),
    errno.EROFS: ("file-denied", "The machine does not allow this."),
    errno.EBUSY: ("file-denied", "This is in use by the machine itself."),
}
ONLY_READ = "Files can be changed below {content} only. Elsewhere use the terminal."


def refusal(problem: OSError) -> Refused:
    code, sentence = SENTENCES.get(problem.errno or 0, ("file-trouble", f"This did not work: {problem.strerror}."))
    return Refused(code, sentence)


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """What the system refuses becomes a sentence."""
    try:
        yield
    except OSError as problem:
        raise refusal(problem) from problem
    except UnicodeEncodeError as problem:
        raise Refused("file-name", "This name cannot be used.") from problem


@dataclass(frozen=True, slots=True)
class Place:
    """A name in an open folder, which its user closes."""

    folder: int
    name: str


class Places:
    def __init__(self, content: Path, root: Path = Path("/")) -> None:
        self._content, self._root = content, root

    def open(self, path: str, flags: int) -> int:
        """A descriptor of what is there, opened for reading. Raises Refused, or OSError within `refusing`."""
        with self._below(path) as (folder, rest, resolve):
            return _open_beneath(folder, rest, flags | os.O_CLOEXEC, resolve)

    @contextlib.contextmanager
    def parent(self, path: str, *, is_new: bool = False) -> Iterator[Place]:
        """The folder that `path` is in, and its name there, to change it."""
        with self._below(path) as (folder, rest, resolve):
            if resolve != _BENEATH:
                raise Refused("file-read-only", ONLY_READ.format(content=self._content))
            above, _, name = rest.rpartition("/")
            _check_name(name, is_new)
            parent = _open_beneath(folder, above or ".", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC, resolve)
        try:
            yield Place(parent, name)
        finally:
            os.close(parent)

    def is_writable(self, path: str) -> bool:
        return self._rest(path) is not None

    @contextlib.contextmanager
    def _below(self, path: str) -> Iterator[tuple[int, str, int]]:
        """The folder to start from, the way from there, and how far it may lead."""
        if not path.startswith("/") or "\0" in path or len(os.fsencode(path)) > LONGEST_PATH:
            raise Refused("file-name", "This name cannot be used.")
        rest = self._rest(path)
        start = self._root if rest is None else self._content
        folder = os.open(start, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if rest is None:
                yield folder, path.strip("/") or ".", _IN_ROOT
            else:
                yield folder, rest.strip("/") or ".", _BENEATH
        finally:
            os.close(folder)

    def _rest(self, path: str) -> str | None:
        """The way from the content folder; None for a path that does not begin with it."""
        content = str(self._content)
        return path.removeprefix(content) if path == content or path.startswith(f"{content}/") else None


def rename_new(old: Place, new: Place) -> None:
    """Rename without replacing anything that is there already."""
    names = os.fsencode(old.name), os.fsencode(new.name)
    if _libc.renameat2(old.folder, names[0], new.folder, names[1], _NO_REPLACE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _check_name(name: str, is_new: bool) -> None:
    if name in {"", ".", ".."}:
        raise Refused("file-name", "This name cannot be used.")
    if is_new and any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise Refused("file-name", "A name has no control characters.")
    if len(os.fsencode(name)) > LONGEST_NAME:
        raise Refused("file-name", "This name is too long: it may have 255 bytes.")


class _How(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def _open_beneath(folder: int, path: str, flags: int, resolve: int) -> int:
    how = _How(flags, 0, resolve | _NO_MAGIC_LINKS)
    number = errno.EAGAIN
    for _ in range(ATTEMPTS):
        descriptor = _libc.syscall(_OPENAT2, folder, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how))
        if descriptor >= 0:
            return int(descriptor)
        number = ctypes.get_errno()
        if number not in {errno.EAGAIN, errno.EINTR}:
            break
    raise OSError(number, os.strerror(number))
