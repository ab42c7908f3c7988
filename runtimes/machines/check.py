"""`python -m runtimes.machines.check --home HOME`: can boxes be kept apart on this machine? One line for each lack.

Exit status 1 when a protection is missing that the administrator has not accepted by name (TOMONI_SANDBOX_ALLOW).
"""

import argparse
import os
import sys
from pathlib import Path

from runtimes.machines.protections import missing_protections


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    home = parser.parse_args().home
    allowed = set(os.environ.get("TOMONI_SANDBOX_ALLOW", "").split(","))
    refused = [
        problem for problem in missing_protections(home) if problem.name not in allowed or not problem.can_be_accepted
    ]
    for problem in refused:
        remedy = f" To go without it: TOMONI_SANDBOX_ALLOW={problem.name}" if problem.can_be_accepted else ""
        sys.stderr.write(f"tomoni: [{problem.name}] {problem.sentence}{remedy}\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
