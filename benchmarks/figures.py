"""Figures and how they are printed: median, 95th percentile, and the ratio to the peer."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured: what, in which unit, our samples, the peer's samples."""

    what: str
    unit: str
    ours: Sequence[float]
    peer: Sequence[float] = ()
    peer_name: str = "jupyter_server"

    def line(self) -> str:
        words = [f"{self.what:<58}", f"{summary(self.ours):>20} {self.unit:<4}"]
        if self.peer:
            ratio = statistics.median(self.ours) / statistics.median(self.peer)
            words.append(f"{self.peer_name} {summary(self.peer)} {self.unit}   ratio {ratio:.2f}")
        return "  ".join(words)


def summary(samples: Sequence[float]) -> str:
    """Median / 95th percentile (the largest of fewer than 20) and the number of samples."""
    ordered = sorted(samples)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{statistics.median(ordered):.1f} / {high:.1f} (n={len(ordered)})"
