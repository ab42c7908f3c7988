"""Python's pins and what PyPI knows against them.

PyPI says of no hole how severe it is, so each one counts.
"""

import json
import re
import ssl
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPSHandler, OpenerDirector, build_opener

from config.audit.findings import Finding, Pin, Unanswered

AT_ONCE = 8
TIMEOUT_SECONDS = 20
PINNED = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)")


def pins_of(lock: Path) -> list[Pin]:
    """The pins of a lock file of uv (`uv.lock`), or of one of pip's form."""
    if lock.name != "uv.lock":
        lines = [line for line in lock.read_text().splitlines() if line and not line.startswith((" ", "#"))]
        return [pinned(line, lock) for line in lines]
    packages = tomllib.loads(lock.read_text())["package"]
    return [Pin(one["name"], one["version"], lock.name) for one in packages if "editable" not in one["source"]]


def pinned(line: str, lock: Path) -> Pin:
    match = PINNED.match(line)
    if match is None:
        raise ValueError(f"{lock}: this pins no version: {line}")
    return Pin(match[1], match[2], lock.name)


def ask(pins: Iterable[Pin], pypi: str) -> tuple[list[Finding], list[Unanswered]]:
    """Ask about every pin; when the first gets no answer whatever, the others are not waited for."""
    first, *others = pins
    opener = build_opener(HTTPSHandler(context=ssl.create_default_context()))  # one for all: to make it takes a while
    begun = known_of(first, pypi, opener)
    if isinstance(begun, Unanswered) and not begun.reason.startswith("HTTP"):
        return [], [Unanswered(f"{len(others) + 1} Python packages", begun.reason)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [begun, *pool.map(lambda pin: known_of(pin, pypi, opener), others)]
    unanswered = [answer for answer in answers if isinstance(answer, Unanswered)]
    return [found for answer in answers if isinstance(answer, list) for found in answer], unanswered


def known_of(pin: Pin, pypi: str, opener: OpenerDirector) -> list[Finding] | Unanswered:
    """What is known against a pin; an answer that does not speak of holes is none."""
    address = f"{pypi}/pypi/{quote(pin.package)}/{quote(pin.version)}/json"
    try:
        with opener.open(address, timeout=TIMEOUT_SECONDS) as answer:
            known = json.load(answer)["vulnerabilities"]
    except HTTPError as problem:
        return Unanswered(f"{pin.package} {pin.version}", f"HTTP {problem.code} {HTTPStatus(problem.code).phrase}")
    except (OSError, HTTPException) as problem:
        return Unanswered(f"{pin.package} {pin.version}", str(getattr(problem, "reason", problem)))
    except (ValueError, KeyError, TypeError):
        return Unanswered(f"{pin.package} {pin.version}", "HTTP 200, but no list of holes")
    return [finding_of(pin, hole) for hole in known if not hole.get("withdrawn")]


def finding_of(pin: Pin, hole: dict[str, Any]) -> Finding:
    names = (hole["id"], *hole.get("aliases", []))
    about = hole.get("summary") or hole.get("details") or ""
    return Finding(pin, names, "not rated", ", ".join(hole.get("fixed_in", [])), about)
