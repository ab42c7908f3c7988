"""`%%shell`: the cell as a bash script, whose failure is the cell's."""

import shlex
import subprocess
from typing import Any

IGNORE = "--ignore-errors"


class ShellResult:
    """How a script ended; the code is there for who ignored errors."""

    def __init__(self, returncode: int) -> None:
        self.returncode = returncode

    def __repr__(self) -> str:
        return "" if self.returncode == 0 else f"The script ended with code {self.returncode}."


def run(shell: Any, line: str, cell: str) -> ShellResult | None:
    """Run `cell`, printing as it goes. Raises CalledProcessError unless --ignore-errors stands behind %%shell."""
    options = shlex.split(line)
    if unknown := set(options) - {IGNORE}:
        raise ValueError(f"%%shell knows {IGNORE} and not {', '.join(sorted(unknown))}.")
    shell.system(f"/bin/bash -c {shlex.quote(cell)}")
    code = int(shell.user_ns.get("_exit_code", 0))
    if IGNORE in options:
        return ShellResult(code)
    if code:
        raise subprocess.CalledProcessError(code, cell)
    return None
