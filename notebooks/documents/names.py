"""Names of notebooks, made fit for a database, a title bar and a file system. Pure: no Django."""

import re
import unicodedata
from collections.abc import Iterable

LENGTH = 255
SUFFIX = ".ipynb"
# Control characters, lone surrogates, and the marks that make a name read backwards.
UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
UNTITLED = re.compile(r"Untitled(\d{1,9})\.ipynb")


def clean_name(name: str) -> str:
    """`name` on one line in composed Unicode, at most 255 characters; "" if nothing is left of it."""
    composed = unicodedata.normalize("NFC", UNWANTED.sub(" ", name))
    return " ".join(composed.split())[:LENGTH].rstrip()


def name_of_upload(filename: str) -> str:
    """The name of a notebook that was uploaded as `filename`, whichever system wrote its path."""
    name = clean_name(re.split(r"[/\\]", filename)[-1])
    return with_suffix(name or "Untitled")


def with_suffix(name: str) -> str:
    """`name` as the name of a notebook file."""
    return name if name.lower().endswith(SUFFIX) else name[: LENGTH - len(SUFFIX)] + SUFFIX


def next_untitled(taken: Iterable[str]) -> str:
    """Untitled0.ipynb, or the number after the largest one that is taken."""
    numbers = (int(found[1]) for name in taken if (found := UNTITLED.fullmatch(name)))
    return f"Untitled{max(numbers, default=-1) + 1}.ipynb"
