"""What an audit comes to: pins, what is known against them, and who could not be asked."""

from dataclasses import dataclass
from typing import NamedTuple


class Pin(NamedTuple):
    """One version of a package, as a lock file has it."""

    package: str
    version: str
    lock: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A hole that is known in a pin."""

    pin: Pin
    names: tuple[str, ...]  # of one hole: PYSEC-…, CVE-…, GHSA-…
    severity: str
    mended: str  # in which version, as far as it is known
    about: str


class Unanswered(NamedTuple):
    """Pins that nobody could be asked about: never the same as pins without a hole."""

    what: str
    reason: str
