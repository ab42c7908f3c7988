"""What in a machine looks like mining. Pure: no Django, no clock, no network.

Each sign says what was seen, for an administrator to judge. The name of a mining program counts only as the name of the
program itself, so that a cell which prints it, or a paper about it, is no sign.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MINING, POOL, SCAN, QUIET_LOAD = "mining", "pool", "scan", "quiet-load"
FULL = 0.9  # of the processors that a machine has
SPOKEN = 200

_PROGRAMS = re.compile(
    r"(?:xmrig|xmr-stak|cpuminer|minerd|ethminer|cgminer|bfgminer|sgminer|nbminer|lolminer|phoenixminer|t-rex|gminer"
    r"|teamredminer|nanominer|srbminer|claymore|ccminer|nheqminer|cryptonight|randomx-?miner)[\w.-]*",
    re.IGNORECASE,
)
_STRATUM = re.compile(r"stratum\d?\+(?:tcp|ssl|tls|udp)://[^\s'\"]+", re.IGNORECASE)
_POOLS = re.compile(
    r"\b(?:[\w-]+\.)*(?:supportxmr|minexmr|nanopool|ethermine|f2pool|nicehash|2miners|hashvault|moneroocean|herominers"
    r"|unmineable|woolypooly|flypool)\.(?:com|org|net|pro|stream)\b",
    re.IGNORECASE,
)
_ONLY_MENTION = {"grep", "rg", "cat", "echo", "less", "vim", "vi", "nano", "sed", "awk", "sh", "bash"}
_ALGORITHM = re.compile(r"(?:^|\s)(?:--algo|-a|--coin|--donate-level)[ =]\S+")


@dataclass(frozen=True, slots=True)
class Sign:
    kind: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Load:
    """What a machine did since somebody last saw it or it last printed something."""

    seconds: float
    cpu_seconds: float
    cpus: float

    @property
    def share(self) -> float:
        return self.cpu_seconds / (self.seconds * self.cpus) if self.seconds > 0 and self.cpus > 0 else 0.0

    @property
    def is_full(self) -> bool:
        return self.share >= FULL


def signs_of(processes: Iterable[tuple[str, str]]) -> list[Sign]:
    """At most one of each kind; `processes` are names and command lines."""
    found: dict[str, Sign] = {}
    for name, line in processes:
        for sign in _of_one(name, line):
            found.setdefault(sign.kind, sign)
    return list(found.values())


def _of_one(name: str, line: str) -> Iterable[Sign]:
    program = line.split(" ", 1)[0].rsplit("/", 1)[-1]
    arguments = line.partition(" ")[2]
    if _PROGRAMS.fullmatch(name) or _PROGRAMS.fullmatch(program):
        yield Sign(MINING, f"{name}: {line}"[:SPOKEN])
    # A disguised program is known by where it is told to go, and a shell or an editor only mentions such a place.
    is_pool = _POOLS.search(arguments) and _ALGORITHM.search(line)
    if (is_pool or _STRATUM.search(arguments)) and program not in _ONLY_MENTION:
        yield Sign(POOL, f"{name}: {line}"[:SPOKEN])


def quiet_load(load: Load, after: float) -> Sign | None:
    """Full load for `after` seconds for nobody's eyes. It may well be somebody's training, so it is only a question."""
    if load.seconds < after or not load.is_full:
        return None
    hours = load.seconds / 3600
    return Sign(QUIET_LOAD, f"{load.share:.0%} of {load.cpus:g} CPU for {hours:.1f} h, no page open, nothing printed")
