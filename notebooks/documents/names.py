"""Names of notebooks, made fit for a database, a title bar and a file system. Pure: no Django."""

import re
import unicodedata
from collections.abc import Iterable

LENGTH = 255
SUFFIX = ".ipynb"
# Control characters, lone surrogates, and the marks that make a name read backwards.
UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
# What nobody sees: a byte order mark, a space and a joiner of no width. The joiner of emoji (U+200D) is not among them.
UNSEEN = re.compile("[\ufeff\u200b\u2060]+")
JOINER = "\u200d"
VISIBLE = frozenset("LNPS")  # letters, numbers, punctuation and symbols, as the first letter of a Unicode category
UNTITLED = re.compile(r"Untitled(\d{1,9})\.ipynb")


def clean_name(name: str) -> str:
    """`name` on one line in composed Unicode, at most 255 characters; "" if nothing is left of it to see."""
    composed = unicodedata.normalize("NFC", UNWANTED.sub(" ", UNSEEN.sub("", name)))
    cleaned = _cut(" ".join(composed.split()), LENGTH)
    return cleaned if any(unicodedata.category(character)[0] in VISIBLE for character in cleaned) else ""


def name_of_upload(filename: str) -> str:
    """The name of a notebook that was uploaded as `filename`, whichever system wrote its path."""
    name = clean_name(re.split(r"[/\\]", filename)[-1])
    return with_suffix(name or "Untitled")


def with_suffix(name: str) -> str:
    """`name` as the name of a notebook file."""
    return name if name.lower().endswith(SUFFIX) else _cut(name, LENGTH - len(SUFFIX)) + SUFFIX


def fitted(sentence: str, name: str) -> str:
    """`sentence` about `name`, as a name: what makes it too long is left out before the suffix."""
    stem, suffix = (name[: -len(SUFFIX)], name[-len(SUFFIX) :]) if name.lower().endswith(SUFFIX) else (name, "")
    room = LENGTH - len(sentence % "") - len(suffix)
    return clean_name(sentence % (_cut(stem, room) + suffix))


def next_untitled(taken: Iterable[str]) -> str:
    """Untitled0.ipynb, or the number after the largest one that is taken."""
    numbers = (int(found[1]) for name in taken if (found := UNTITLED.fullmatch(name)))
    return f"Untitled{max(numbers, default=-1) + 1}.ipynb"


def _cut(name: str, length: int) -> str:
    """The beginning of `name`; an emoji that is cut in two loses its joiner with its other half."""
    return name[:length].rstrip(f" {JOINER}")
