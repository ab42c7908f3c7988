"""Which files Vite built for an entry of the front end, read from its manifest."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

Manifest = dict[str, dict[str, Any]]


class NotBuilt(Exception):
    """The front end, or this entry of it, was not built: run `make setup`."""


@dataclass(frozen=True, slots=True)
class Files:
    """What a page has to load for an entry; paths below STATIC_URL."""

    module: str
    preloads: tuple[str, ...]
    styles: tuple[str, ...]


def files_of(entry: str) -> Files:
    manifest = read_manifest(settings.TOMONI_VITE_MANIFEST)
    if entry not in manifest:
        raise NotBuilt(f"{entry} is not in {settings.TOMONI_VITE_MANIFEST}: run `make setup` to build the front end.")
    chunks = [manifest[name] for name in reached_from(entry, manifest)]
    own_file = manifest[entry]["file"]
    scripts = [chunk["file"] for chunk in chunks if chunk["file"].endswith(".js")]
    styles = [style for chunk in chunks for style in chunk.get("css", ())]
    if own_file.endswith(".css"):
        return Files("", (), (own_file, *styles))
    return Files(own_file, tuple(script for script in scripts if script != own_file), tuple(dict.fromkeys(styles)))


def reached_from(entry: str, manifest: Manifest) -> list[str]:
    """The entry's chunks, the imported before the importing, so that their styles keep Vite's order."""
    seen: set[str] = set()
    reached: list[str] = []

    def visit(name: str) -> None:
        seen.add(name)
        for imported in manifest[name].get("imports", ()):
            if imported not in seen:
                visit(imported)
        reached.append(name)

    visit(entry)
    return reached


def read_manifest(path: Path) -> Manifest:
    try:
        return parse_manifest(path, path.stat().st_mtime_ns)
    except FileNotFoundError as problem:
        raise NotBuilt(f"{path} is missing: run `make setup` to build the front end.") from problem


@cache
def parse_manifest(path: Path, _version: int) -> Manifest:
    manifest: Manifest = json.loads(path.read_text())
    return manifest
