"""This host, as it announces itself, and the queue on which each host gets what only it can do."""

import os
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now

from runtimes.allocation import jumps, kernels
from runtimes.allocation.host_rows import Host

BOX_BYTES = 256 * 2**20  # what an average box uses, for a first guess of how many fit
LEAST = 4
ANNOUNCED = (
    "places",
    "memory",
    "memory_free",
    "memory_reserved",
    "processors",
    "load",
    "types",
    "labels",
    "kernels",
    "heard_at",
)


def this_host() -> str:
    return str(settings.TOMONI_HOST_NAME)


def queue_of(host: str) -> str:
    return f"host.{host}"


def announce() -> None:
    """Say that this host is there, and how it is."""
    name = this_host()
    jumps.follow(name)
    Host.objects.lost().filter(pk=name).update(steady_since=Now())
    memory = host_memory()
    row = Host(
        name=name,
        places=most_boxes(),
        memory=memory["MemTotal"],
        memory_free=memory["MemAvailable"],
        memory_reserved=settings.TOMONI_RESERVED_MEMORY_BYTES,
        processors=os.cpu_count() or 1,
        load=os.getloadavg()[0],
        types=settings.TOMONI_HOST_TYPES,
        labels=settings.TOMONI_HOST_LABELS,
        kernels=kernels.here(),
        heard_at=Now(),
    )
    Host.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=ANNOUNCED)


def refresh() -> None:
    """The same, by one of this host's tasks, so that what has changed here counts at once; not after its goodbye."""
    if not Host.objects.filter(pk=this_host(), heard_at=None).exists():
        announce()


def say_goodbye() -> None:
    """This host is stopped on purpose: nobody is to wait for it."""
    Host.objects.filter(pk=this_host()).update(heard_at=None)


def others() -> list[str]:
    """The other hosts that are alive."""
    return list(Host.objects.alive().exclude(pk=this_host()).values_list("pk", flat=True))


def places_in_all() -> int:
    """How many boxes all hosts together take."""
    return sum(Host.objects.open().values_list("places", flat=True))


@cache
def _guessed_boxes() -> int:
    return max(LEAST, host_memory()["MemTotal"] // BOX_BYTES)


def most_boxes() -> int:
    """How many boxes this host takes."""
    most = settings.TOMONI_BOXES
    return _guessed_boxes() if most is None else int(most)


def host_memory() -> dict[str, int]:
    """What /proc/meminfo says, in bytes."""
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) * 1024 for words in lines if len(words) > 1}


def is_judge() -> bool:
    """Whether this host may call others lost: only after it was heard of itself for as long as it waits for them.

    After a pause of the database nobody has been heard of, and whoever comes back first must not end what others hold.
    """
    refresh()
    return Host.objects.steady().filter(pk=this_host()).exists()
