"""Takes the environment of the installation in TOMONI_HOME as its own, then runs one command."""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def take_environment() -> None:
    """What the supervisor wrote down for tools; without it (no supervisor) the environment counts as it is."""
    home = Path(os.environ.get("TOMONI_HOME", "~/.tomoni")).expanduser()
    written = home / "environment.json"
    if written.exists():
        os.environ.update(json.loads(written.read_text()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    take_environment()

    import django

    django.setup()

    from tests.testctl.commands import main

    sys.exit(main(sys.argv[1:]))
