"""Which passwords are refused beyond Django's rules: those that leaked, and those that a guesser tries first.

Both are asked on this machine: nobody else learns a password or a part of its sum.
"""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

SUM_LENGTH = 40
LEAST_SCORE = 2
LONGEST_ESTIMATED = 72  # what is longer is not guessed, and estimating it takes long


class NotGuessed:
    """Refuses what zxcvbn guesses at once: leaked passwords, names, keyboard rows, dates, and their usual disguises."""

    def validate(self, password: str, user: Any = None) -> None:
        own = [word for word in (getattr(user, "email", ""), getattr(user, "name", "")) if word]
        result = zxcvbn(password[:LONGEST_ESTIMATED], user_inputs=["tomoni", *own])
        if result["score"] < LEAST_SCORE:
            raise ValidationError(_("This password is among the first that somebody would guess."), "guessed")

    def get_help_text(self) -> str:
        return _("Several words that do not belong together make a good password.")


class NotBreached:
    """Refuses what is in the administrator's file of leaked passwords; without a file, nothing."""

    def validate(self, password: str, user: Any = None) -> None:
        path = settings.TOMONI_BREACHED_PASSWORDS
        if path and is_listed(Path(path), sha1_of(password)):
            raise ValidationError(_("This password is known from a leak elsewhere. Choose another one."), "breached")

    def get_help_text(self) -> str:
        return ""


def sha1_of(password: str) -> str:
    return hashlib.sha1(password.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest().upper()


def is_listed(path: Path, wanted: str) -> bool:
    """Whether a line of this sorted file begins with the sum, found by halving: the whole list is 40 GB."""
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            file.seek(max(middle - 1, 0))
            if middle:
                file.readline()  # to the start of a line: that of `middle` itself, if one begins there
            start = file.tell()
            found = file.readline()[:SUM_LENGTH].decode("ascii", "replace").upper()
            if not found or start >= high or found > wanted:
                high = middle
            elif found < wanted:
                low = file.tell()
            else:
                return True
        return False
