"""What a provider is asked for when a box is to be started for a row."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import astuple, replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from runtimes.allocation.models import Plan, Runtime, RuntimeType
from runtimes.allocation.pool_rows import PoolBox
from runtimes.allocation.tokens import agent_token
from runtimes.machines.kernels import PYTHON
from runtimes.machines.provider import BoxRequest

AGENT_URL = "unix:/run/tomoni/link/agent.sock"


def request_for(row: Runtime | PoolBox) -> BoxRequest:
    """The box of a runtime or of the pool: the same but that the latter waits, warm, before its lifetime begins."""
    kind: RuntimeType = row.type
    is_pooled = isinstance(row, PoolBox)
    lifetime = _longest(kind) if isinstance(row, PoolBox) else row.lifetime
    return BoxRequest(
        name=str(row.pk),
        token=agent_token(row),
        agent_url=AGENT_URL,
        memory_bytes=kind.memory_bytes,
        disk_bytes=kind.disk,
        cpus=kind.cpus,
        pids=kind.pids,
        lifetime_seconds=int(lifetime.total_seconds()),
        network=kind.network,
        waits_seconds=2 * settings.TOMONI_POOL_AGE_SECONDS if is_pooled else 0,
        kernel=row.kernelspec if isinstance(row, Runtime) else PYTHON.name,
        imports=tuple(settings.TOMONI_POOL_IMPORTS) if is_pooled else (),
    )


def ids_of(names: Iterable[str]) -> list[UUID]:
    """Of these names of boxes, those that rows can have; whoever made the others, it was not us."""
    found = []
    for name in names:
        with suppress(ValueError):
            found.append(UUID(name))
    return found


def _longest(kind: RuntimeType) -> timedelta:
    """So long a box of this type may live, whoever gets it; their plan is told to the agent when they do."""
    return max(plan.lifetime(kind) for plan in [Plan(), *Plan.objects.all()])


def fit_of(kind: RuntimeType) -> str:
    """What a box of this type is made as today: by this build of ours, with these figures."""
    made_as = replace(request_for(PoolBox(type=kind)), name="", token="")
    return hashlib.sha256(repr((settings.TOMONI_BUILD, kind.kernel, astuple(made_as))).encode()).hexdigest()
