"""Which messages tell of the same thing. Pure."""

import hashlib
import json
import re
import unicodedata
from typing import Any

LEAST_WORDS = 3
NUMBERS = re.compile(r"(?<=\D)\d+")  # but not the status that a message begins with
ADDRESSES = re.compile(r"/(notebooks|feedback|organizations)/[^/?#]+")


def fingerprint(kind: str, text: str, page: str, diagnostics: dict[str, Any]) -> str:
    """The same for messages that are surely about the same thing, "" where that cannot be told.

    Of a broken thing it is where it broke (the page and the error, without what differs from case to case); otherwise
    what was written, without regard to case, width, spaces and punctuation, unless that is too little to go by.
    """
    if kind == "bug" and (error := _last_error(diagnostics)):
        return _digest("error", ADDRESSES.sub(r"/\1/…", page), NUMBERS.sub("#", error))
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = re.findall(r"\w+", plain)
    # Japanese has no spaces between words: there, length tells.
    if len(words) < LEAST_WORDS and len("".join(words)) < 4 * LEAST_WORDS:
        return ""
    return _digest(kind, " ".join(words))


def _last_error(diagnostics: dict[str, Any]) -> str:
    errors = diagnostics.get("errors")
    last = errors[-1] if isinstance(errors, list) and errors else None
    message = last.get("message") if isinstance(last, dict) else None
    return message if isinstance(message, str) else ""


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
