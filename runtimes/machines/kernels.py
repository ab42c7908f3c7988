"""Which Jupyter kernels a box has: those of the image and of the host's /usr; and which of them suits a notebook."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST = 100  # characters of a name: what a row takes
PLACES = ("local/share/jupyter/kernels", "usr/share/jupyter/kernels")  # of an image, as Jupyter looks for them
OF_THE_HOST = Path("/usr/share/jupyter/kernels")


@dataclass(frozen=True, slots=True)
class InstalledKernel:
    name: str
    display_name: str
    language: str


@dataclass(frozen=True, slots=True)
class KernelWish:
    """What a notebook's metadata say: the name of a kernelspec, and a language. Both may be empty."""

    name: str = ""
    language: str = ""


ANY = KernelWish()
PYTHON = InstalledKernel("python3", "Python 3", "python")
# What notebooks call languages, and what kernels do: Deno's, for one, runs JavaScript too.
SAME = {"ipython": "python", "javascript": "typescript", "sh": "bash", "shell": "bash"}


def match(wish: KernelWish, kernels: Sequence[InstalledKernel]) -> str | None:
    """The name of the kernel that is asked for, or of the first of its language; who asks for nothing gets Python.

    Elsewhere the same kernel has another name: `conda-env-lab-py`, `julia-1.9`, `python2`.
    """
    if any(kernel.name == wish.name for kernel in kernels):
        return wish.name
    language = _language(wish.language)
    if not language and (not wish.name or wish.name.startswith("python")):
        return PYTHON.name
    return next((kernel.name for kernel in kernels if language and _language(kernel.language) == language), None)


def kernels_of(image: Path, host: Path = OF_THE_HOST) -> list[InstalledKernel]:
    """What can be started in a box of this image, Python first; nothing of an image that is not built yet."""
    if not image.is_dir():
        return []
    found: dict[str, InstalledKernel] = {}
    for folder in (*(image / place for place in PLACES), host):
        for kernel in _read(folder):
            found.setdefault(kernel.name, kernel)
    return sorted(found.values(), key=lambda kernel: (kernel.name != PYTHON.name, kernel.display_name.casefold()))


def _read(folder: Path) -> Iterator[InstalledKernel]:
    for file in sorted(folder.glob("*/kernel.json")):
        try:
            spec = json.loads(file.read_text())
            name, display, language = file.parent.name, str(spec["display_name"]), str(spec["language"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # Jupyter could not start it either
        if len(name) <= LONGEST:
            yield InstalledKernel(name, display[:LONGEST], language[:LONGEST])


def _language(name: str) -> str:
    name = name.casefold()
    return SAME.get(name, name)
