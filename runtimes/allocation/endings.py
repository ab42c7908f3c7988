"""Who else has something to end with a runtime: apps above this one say so when they are loaded."""

from collections.abc import Callable

from runtimes.allocation.models import Runtime

Ending = Callable[[Runtime], object]

_endings: list[Ending] = []


def at_end(ending: Ending) -> Ending:
    """Have `ending` called in the transaction in which a runtime becomes gone."""
    if ending not in _endings:
        _endings.append(ending)
    return ending


def run_endings(runtime: Runtime) -> None:
    for ending in _endings:
        ending(runtime)
