"""What a browser has to fetch before a cell can be edited: few files, and not much of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import brotli
from django.conf import settings

DIST = Path(settings.TOMONI_VITE_MANIFEST).parent
# What the entry fetches by itself at once, beside what it imports: an editor.
AT_ONCE = ("src/main.ts", "src/editor/codemirror.ts", "src/ui/theme.css")
OTHERS = 4  # the page, the document, its results, the icon
MOST_REQUESTS = 16  # the goal is 15: what the output frame shares with the page has become a file of its own
MOST_BYTES = 300_000


def files() -> Iterator[str]:
    """The files of the entry and all that these import, each once."""
    manifest = json.loads(Path(settings.TOMONI_VITE_MANIFEST).read_text())
    waiting, seen = list(AT_ONCE), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        part = manifest[name]
        waiting += part.get("imports", [])
        yield from {part["file"], *part.get("css", [])}


def test_a_cell_can_be_edited_after_few_and_small_files() -> None:
    wanted = set(files())
    sizes = [len(brotli.compress((DIST / name).read_bytes())) for name in wanted]

    assert len(wanted) + OTHERS <= MOST_REQUESTS, sorted(wanted)
    assert sum(sizes) <= MOST_BYTES
    assert sum(sizes) > MOST_BYTES / 3  # or something was left out here
