"""Which kernel a notebook gets: the one that it names, or else one of its language."""

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from runtimes.allocation.host_rows import Host
from runtimes.machines.image import Extras, place_of
from runtimes.machines.kernels import PYTHON, InstalledKernel, KernelWish, kernels_of, match


class UnknownKernel(Exception):
    """No machine here has a kernel for this notebook; `name` is what it asks for."""

    def __init__(self, name: str) -> None:
        words = "This notebook is for {}, which the machines here do not have. Choose another kernel under Runtime ▸ "
        super().__init__(words.format(name) + "Change runtime type.")
        self.name = name


class OtherKernel(Exception):
    """The machine runs another kernel than the notebook asks for; `name` and `present` are what people call them."""

    def __init__(self, name: str, present: str) -> None:
        words = "This notebook is for {} now, and your machine runs {}. Restart the session to change it."
        super().__init__(words.format(name, present))
        self.name, self.present = name, present


def extras() -> Extras:
    """What the administrator has added to the image."""
    return Extras(tuple(settings.TOMONI_IMAGE_PYTHON), tuple(settings.TOMONI_IMAGE_DEBIAN))


def here() -> list[dict[str, Any]]:
    """The kernels of this host's boxes, as it announces them."""
    return [asdict(kernel) for kernel in kernels_of(_image(settings.TOMONI_HOME, extras()))]


@cache
def _image(home: Path, added: Extras) -> Path:
    """Worked out once: it is named by a digest of many files, and a host announces itself every few seconds."""
    return place_of(home, added)


def offered() -> list[InstalledKernel]:
    """What can be chosen: the kernels of all hosts that are there, Python first."""
    found = {PYTHON.name: PYTHON}
    for kernels in Host.objects.alive().values_list("kernels", flat=True):
        for kernel in kernels:
            found.setdefault(kernel["name"], InstalledKernel(**kernel))
    return list(found.values())


def choose_kernel(wish: KernelWish) -> str:
    """The name of the kernelspec for a notebook; raises UnknownKernel."""
    if wish.name == PYTHON.name:
        return wish.name  # nearly always; nobody has to be asked
    found = match(wish, offered())
    if found is None:
        raise UnknownKernel(wish.name or wish.language)
    return found


def check_same(wish: KernelWish, present: str) -> None:
    """Raises OtherKernel, or UnknownKernel, unless code of this notebook may run in the kernel that is `present`."""
    wanted = choose_kernel(wish)
    if wanted != present:
        names = {kernel.name: kernel.display_name for kernel in offered()}
        raise OtherKernel(names.get(wanted, wanted), names.get(present, present))
