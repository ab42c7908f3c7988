"""How often a test repeats what may go wrong at some moment only: seldom in the suite, often when asked.

TOMONI_TEST_ROUNDS=full asks for the number of docs/faults.md, TOMONI_TEST_ROUNDS=3 for three times the usual;
`--timeout 0` lets it take the time that it needs.
"""

import os


def rounds(usual: int, full: int) -> int:
    """How often to repeat now."""
    asked = os.environ.get("TOMONI_TEST_ROUNDS", "1")
    return full if asked == "full" else min(full, usual * int(asked))
