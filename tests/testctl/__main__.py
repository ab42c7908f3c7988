"""Takes the environment of the installation in TOMONI_HOME as its own, then runs one command.

`--serve` runs many: each line that comes in is a JSON array of words, and is answered by a line [status, out, err].
Starting Python and Django takes ten times as long as any of the commands.
"""

import contextlib
import io
import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def take_environment() -> None:
    """What the supervisor wrote down for tools; without it (no supervisor) the environment counts as it is."""
    home = Path(os.environ.get("TOMONI_HOME", "~/.tomoni")).expanduser()
    written = home / "environment.json"
    if written.exists():
        os.environ.update(json.loads(written.read_text()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def serve() -> None:
    """Answer the lines of the standard input until it ends; no connection is kept between them."""
    from django.db import connection

    for line in sys.stdin:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = answer(json.loads(line))
        connection.close()
        print(json.dumps([status, out.getvalue(), err.getvalue()]), flush=True)


def answer(words: Sequence[str]) -> int:
    """As a process of its own would end."""
    from tests.testctl.commands import main

    try:
        return main(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    except Exception:  # noqa: BLE001 — whatever it is, the caller reads it
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    take_environment()

    # A pool would keep connections, which tests of a restarted or crowded database count.
    os.environ["TOMONI_DATABASE_POOL"] = "0"

    import django

    django.setup()

    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        from tests.testctl.commands import main

        sys.exit(main(sys.argv[1:]))
