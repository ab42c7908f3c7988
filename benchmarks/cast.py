"""Many people at once, each signed in and with empty notebooks: `python -m benchmarks.cast COUNT EMAIL…`, JSON out.

What `tests.testctl` does, without a new process for each step.
"""

import argparse
import json
import subprocess
import sys
from typing import Any

from tests.clients import Caller
from tests.running import ROOT, RunningPlatform
from tests.testctl.__main__ import take_environment


class Member(Caller):
    """Somebody who was made together with others."""

    def __init__(self, platform: RunningPlatform, email: str, cookie: str) -> None:
        self.platform, self.email, self.cookie, self.port = platform, email, cookie, platform.port


def make_people(platform: RunningPlatform, emails: list[str], notebooks: int) -> list[tuple[Caller, list[str]]]:
    """Each person, and the ids of their notebooks."""
    command = [sys.executable, "-m", "benchmarks.cast", str(notebooks), *emails]
    done = subprocess.run(command, env=platform.environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return [(Member(platform, one["email"], one["cookie"]), one["notebooks"]) for one in json.loads(done.stdout)]


def main(count: int, emails: list[str]) -> list[dict[str, Any]]:
    import django

    django.setup()
    from tests.testctl import commands

    made = []
    for email in emails:
        named = argparse.Namespace(email=email, name="", staff=False, password="", file=None)
        commands.user(named)
        session = commands.session(named)
        notebooks = [commands.notebook(named)["id"] for _ in range(count)]
        made.append({"email": email, "cookie": f"{session['name']}={session['value']}", "notebooks": notebooks})
    return made


if __name__ == "__main__":
    take_environment()
    print(json.dumps(main(int(sys.argv[1]), sys.argv[2:])))
