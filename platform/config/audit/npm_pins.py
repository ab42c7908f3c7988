"""The front end's pins and what the npm registry knows against them, asked by npm itself."""

import json
import subprocess
from pathlib import Path
from typing import Any

from config.audit.findings import Finding, Pin, Unanswered

BELOW_MEDIUM = frozenset({"info", "low"})
PATIENCE_SECONDS = 300


def ask(lock: Path, named: str, npm: str) -> tuple[list[Finding], list[Unanswered]]:
    """Everything of medium severity or higher. Which registry npm asks, npm's own settings say."""
    command = [npm, "audit", "--json", "--package-lock-only"]
    try:
        done = subprocess.run(
            command, cwd=lock.parent, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        return [], [Unanswered(named, str(problem))]
    report = report_in(done.stdout)
    if report is None:
        last = done.stderr.strip().splitlines()[-1:] or [f"npm ended with {done.returncode}"]
        return [], [Unanswered(named, last[0])]
    if "vulnerabilities" not in report:
        return [], [Unanswered(named, str(report.get("message") or report.get("error")))]
    versions = json.loads(lock.read_text())["packages"]
    return [
        found
        for package in report["vulnerabilities"].values()
        for node in package["nodes"]
        for found in findings(Pin(package["name"], versions[node]["version"], named), package)
    ], []


def report_in(text: str) -> dict[str, Any] | None:
    try:
        report = json.loads(text)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def findings(pin: Pin, package: dict[str, Any]) -> list[Finding]:
    """What is known against a package itself; that another one needs it is no hole of the other's."""
    holes = [via for via in package["via"] if isinstance(via, dict)]
    return [
        Finding(pin, (hole["url"].rpartition("/")[2],), hole["severity"], f"not {hole['range']}", hole["title"])
        for hole in holes
        if hole["severity"] not in BELOW_MEDIUM
    ]
