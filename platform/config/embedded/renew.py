"""`make upgrade`: have the running platform replace what runs by what is installed now, and wait until it has."""

import json
import os
import signal
import sys
import time
from pathlib import Path

from config.embedded.home import Home
from config.embedded.problems import CannotStart
from config.embedded.settings import read_settings

PATIENCE = 900.0  # a new image for boxes takes minutes


def main() -> None:
    try:
        renew(Home(read_settings().home))
    except CannotStart as problem:
        sys.exit(f"tomoni: {problem}")
    print("tomoni: Every process is of the version that is installed now. Machines went on.")  # noqa: T201


def renew(home: Home) -> None:
    """Raises CannotStart with the reason why not all of it was renewed."""
    supervisor = _supervisor(home)
    told = home.run / "renewal.json"
    before = _read(told)
    os.kill(supervisor, signal.SIGHUP)
    deadline = time.monotonic() + PATIENCE
    while (news := _read(told)) == before:
        if time.monotonic() > deadline:
            raise CannotStart(f"It is not finished after {PATIENCE:.0f} s. The logs say more: {home.logs}")
        time.sleep(0.1)
    if problem := json.loads(news)["problem"]:
        raise CannotStart(f"Not all processes were renewed: {problem}")


def _supervisor(home: Home) -> int:
    home.prepare()
    try:
        os.close(home.lock())
    except CannotStart:
        [pid] = json.loads((home.run / "processes.json").read_text())["supervisor"]
        return int(pid)
    raise CannotStart(f"No Tomoni is running in {home.path}: start it with `make run`.")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    main()
