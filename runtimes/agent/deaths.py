"""Why a kernel ended, in the words of the protocol and in a sentence for a person. Pure."""

import signal
from dataclasses import dataclass
from typing import Any

LOST = "Its variables are lost, the files are still there; the next run starts a fresh one."


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended: one of the two is set."""

    code: int | None = None
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class Death:
    cause: str  # oom, signal, exit
    reason: str
    detail: dict[str, Any]


def explain(exited: Exit, out_of_memory: bool, figures: dict[str, Any]) -> Death:
    if out_of_memory:
        return _out_of_memory(figures)
    if exited.signal is not None:
        name = _signal_name(exited.signal)
        return Death("signal", f"The kernel was ended by {name}. {LOST}", {"signal": name})
    return Death("exit", f"The kernel exited with code {exited.code}. {LOST}", {"code": exited.code})


def _out_of_memory(figures: dict[str, Any]) -> Death:
    limit, peak = figures.get("memory_limit"), figures.get("memory_peak")
    used = f"it had used {gigabytes(peak)} of " if peak else "limit "
    bracket = f" ({used}{gigabytes(limit)})" if limit else ""
    detail = {"memory_limit": limit, "memory_peak": peak}
    return Death("oom", f"The kernel ran out of memory{bracket} and was stopped. {LOST}", detail)


def gigabytes(size: float) -> str:
    return f"{size / 1024**3:.1f} GB"


def _signal_name(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return f"a segmentation fault ({name})" if number == signal.SIGSEGV else name
