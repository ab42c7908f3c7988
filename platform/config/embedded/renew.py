"""`make upgrade`: have the running platform replace what runs by what is installed now, and wait until it has."""

import json
import os
import signal
import sys
import time
from typing import Any

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
    home.prepare()
    supervisor = home.supervisor()
    if supervisor is None:
        raise CannotStart(f"No Tomoni is running in {home.path}: start it with `make run`.")
    # One that has begun may have read what was installed before.
    wanted = _told(home)["begun"] + 1
    deadline = time.monotonic() + PATIENCE
    os.kill(supervisor, signal.SIGHUP)
    while (news := _told(home))["ended"] < wanted:
        if home.supervisor() != supervisor:
            raise CannotStart("Tomoni has ended meanwhile: start it with `make run`.")
        if time.monotonic() > deadline:
            raise CannotStart(f"It is not finished after {PATIENCE:.0f} s. The logs say more: {home.logs}")
        time.sleep(0.1)
    if problem := news["problem"]:
        raise CannotStart(f"Not all processes were renewed: {problem}")


def _told(home: Home) -> dict[str, Any]:
    """What the supervisor told of its renewals."""
    try:
        return dict(json.loads(home.renewals.read_text()))
    except FileNotFoundError:
        return {"begun": 0, "ended": 0, "problem": ""}


if __name__ == "__main__":
    main()
