"""Which provider this installation uses, and how it is set."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from runtimes.machines.image import NONE, Extras
from runtimes.machines.program import AGENT
from runtimes.machines.provider import Provider
from runtimes.machines.sandbox import Sandbox


class UnknownProvider(Exception):
    """The settings name a provider that there is not."""


@dataclass(frozen=True)
class MachineSettings:
    home: Path
    provider: str = "sandbox"
    allow: AbstractSet[str] = field(default_factory=frozenset)  # missing protections that the administrator accepts
    agent: Path = AGENT
    extras: Extras = NONE


def provider(settings: MachineSettings) -> Provider:
    if settings.provider == "sandbox":
        return Sandbox(settings.home.resolve(), settings.allow, settings.agent, settings.extras)
    raise UnknownProvider(f"There is no provider {settings.provider!r}; there is: sandbox.")
