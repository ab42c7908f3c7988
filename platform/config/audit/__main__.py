"""`python -m config.audit`: is a hole known in a version that we have locked?

Ends with 0 when none of medium severity or higher is, with 1 when one is, and with 3 when a registry could not be asked
about everything and none was found in the rest.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from config.audit import npm_pins, python_pins
from config.audit.excuses import BadExcuse, Excuse, excuse_of, excuses_in
from config.audit.findings import Finding, Unanswered

ROOT = Path(__file__).resolve().parents[3]
PYTHON_LOCKS = ("uv.lock", "runtimes/machines/images/python/requirements.lock")
NPM_LOCKS = ("frontend/package-lock.json", "benchmarks/proxy/package-lock.json")
CLEAN, HOLES, UNASKED = 0, 1, 3
ABOUT = 100


def main(arguments: list[str] | None = None) -> int:
    options = read(arguments)
    try:
        excuses = excuses_in(options.excused)
    except BadExcuse as problem:
        say(f"tomoni: {problem}")
        return HOLES
    pins = [pin for lock in PYTHON_LOCKS for pin in python_pins.pins_of(options.root / lock)]
    found, unanswered = python_pins.ask(pins, options.pypi.rstrip("/"))
    for lock in NPM_LOCKS:
        more, without_answer = npm_pins.ask(options.root / lock, lock, options.npm)
        found, unanswered = found + more, unanswered + without_answer
    return report(found, unanswered, excuses)


def read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.audit", description="Known holes in what is locked")
    parser.add_argument("--pypi", default="https://pypi.org", help="the package index that is asked")
    parser.add_argument("--npm", default=str(Path(sys.executable).with_name("npm")), help="the npm that asks")
    parser.add_argument("--excused", type=Path, default=Path(__file__).with_name("excused.toml"))
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder with the lock files")
    return parser.parse_args(arguments)


def report(found: list[Finding], unanswered: list[Unanswered], excuses: list[Excuse]) -> int:
    """Say it all; what was found weighs more than what could not be asked."""
    today = datetime.now(UTC).date()
    excused = {finding: excuse_of(finding, excuses) for finding in found}
    holes = [finding for finding in found if not (one := excused[finding]) or one.until < today]
    for finding in holes:
        over = excused[finding]
        say_hole(finding, f" (its excuse ended on {over.until})" if over else "")
    for finding, one in excused.items():
        if one and finding not in holes:
            say(f"excused until {one.until}: {finding.names[0]} in {finding.pin.package}: {one.reason}")
    for one in set(excuses) - set(excused.values()) if not unanswered else ():
        say(f"no longer needed in the file of excuses: {one.hole} in {one.package}")
    say_unanswered(unanswered)
    if holes:
        say(f"tomoni: {len(holes)} known holes in what is locked. Take versions that mend them, or excuse them.")
        return HOLES
    if unanswered:
        say("tomoni: Not everything could be asked about, so this says nothing about whether there are holes.")
        return UNASKED
    say("tomoni: No hole of medium severity or higher is known in what is locked.")
    return CLEAN


def say_hole(finding: Finding, note: str) -> None:
    package, version, lock = finding.pin
    say(f"{package} {version}  {lock}{note}")
    say(
        f"    {', '.join(finding.names)}  severity: {finding.severity}  mended in: {finding.mended or 'no version yet'}"
    )
    say(f"    {' '.join(finding.about.split())[:ABOUT]}")


def say_unanswered(unanswered: Iterable[Unanswered]) -> None:
    """One line for each reason: a registry that is away is away for hundreds of packages."""
    by_reason = defaultdict(list)
    for what, reason in unanswered:
        by_reason[reason].append(what)
    for reason, all_of_it in by_reason.items():
        some = ", ".join(all_of_it[:3]) + (f" and {len(all_of_it) - 3} more" if len(all_of_it) > 3 else "")
        say(f"could not ask the registry about {some}: {reason}")


def say(line: str) -> None:
    print(line)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
