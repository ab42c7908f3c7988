"""Figures and how they are printed: median, 95th percentile, and the ratio to the peer."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured: what, in which unit, our samples, and those of each peer by its name."""

    what: str
    unit: str
    ours: Sequence[float]
    peers: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def line(self) -> str:
        words = [f"{self.what:<58}", f"{summary(self.ours):>22} {self.unit:<4}"]
        for name, samples in self.peers.items():
            ratio = statistics.median(self.ours) / statistics.median(samples)
            words.append(f"{name} {summary(samples)} {self.unit}, ratio {ratio:.2f}")
        return "  ".join(words)


def summary(samples: Sequence[float]) -> str:
    """Median / 95th percentile (the largest of fewer than 20) and the number of samples."""
    ordered = sorted(samples)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{statistics.median(ordered):.1f} / {high:.1f} (n={len(ordered)})"
