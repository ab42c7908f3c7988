"""Tells when pip has changed a package that the session has imported already, for it goes on with the old one."""

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

INSTALLS = re.compile(r"^\s*[!%]+\s*(?:\S*python\S*\s+-m\s+|uv\s+|sudo\s+)*pip3?\s+(?:install|uninstall)\b", re.M)


def watch(shell: Any, cell: Any) -> None:
    """Look at what has been imported, and again when this cell has run; tell what has changed."""
    if not INSTALLS.search(cell.raw_cell):
        return
    before = imported()

    def end(result: Any) -> None:
        shell.events.unregister("post_run_cell", end)
        now = imported()
        if changed := sorted(name for name, version in before.items() if now.get(name) != version):
            # As Colab's pip tells it, whose pages have a button for it, as ours do.
            told = {"application/vnd.colab-display-data+json": {"pip_warning": {"packages": changed}}}
            shell.display_pub.publish({**told, "text/plain": sentence(changed)})

    shell.events.register("post_run_cell", end)


def sentence(packages: list[str]) -> str:
    """What a person has to do about packages that have changed."""
    names = ", ".join(packages)
    were, stay = (
        ("were imported before pip changed them", "stay")
        if len(packages) > 1
        else ("was imported before pip changed it", "stays")
    )
    return f"{names} {were}, and {stay} as before. Choose Runtime ▸ Restart session to have what is installed now."


def imported() -> dict[str, str]:
    """The versions on the disk of the packages of which something has been imported, by their names."""
    # Those without a file of their own are names that several packages share.
    modules = {name for name, module in sys.modules.items() if "." not in name and getattr(module, "__file__", None)}
    found = {}
    for package in metadata.distributions():
        if modules & top_level(package):
            found[str(package.metadata["Name"])] = package.version
    return found


def top_level(package: metadata.Distribution) -> set[str]:
    """The modules that it brought, as far as its record of files says."""
    names = (package.read_text("top_level.txt") or "").split()
    return set(names) or {Path(file.parts[0]).stem for file in package.files or () if file.suffix == ".py"}
