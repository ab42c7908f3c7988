"""Holes that do us no harm, each with a reason and the day on which that is thought about again."""

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from config.audit.findings import Finding


class BadExcuse(Exception):
    """The file of excuses has an entry that is none; the sentence says which."""


class Excuse(NamedTuple):
    hole: str
    package: str
    reason: str
    until: date


def excuses_in(path: Path) -> list[Excuse]:
    return [excuse(entry, path) for entry in tomllib.loads(path.read_text()).get("excused", [])]


def excuse(entry: dict[str, object], path: Path) -> Excuse:
    match entry:
        case {"hole": str(hole), "package": str(package), "reason": str(reason), "until": date() as until} if reason:
            return Excuse(hole, package, reason, until)
    raise BadExcuse(f"{path} needs `hole`, `package`, `reason` and a day `until` in each entry, and has {entry}")


def excuse_of(finding: Finding, excuses: Iterable[Excuse]) -> Excuse | None:
    """The excuse that names this hole in this package, whether or not its time is over."""
    fitting = [one for one in excuses if one.package == finding.pin.package and one.hole in finding.names]
    return max(fitting, key=lambda one: one.until, default=None)
