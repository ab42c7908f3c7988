"""A document's value packed into bytes and back, and how many of its cells differ from another's. Pure: no Django."""

import json
import zlib
from dataclasses import asdict

from notebooks.collaboration.ydoc import CellValue, DocumentValue

Counts = dict[str, int]


def pack_state(value: DocumentValue) -> bytes:
    raw = json.dumps({"metadata": value.metadata, "cells": [asdict(cell) for cell in value.cells]})
    return zlib.compress(raw.encode())


def unpack_state(packed: bytes) -> DocumentValue:
    raw = json.loads(zlib.decompress(packed))
    return DocumentValue(raw["metadata"], [CellValue(**cell) for cell in raw["cells"]])


def count_changes(before: DocumentValue, after: DocumentValue) -> Counts:
    """How many cells were added, removed, changed in what they say, moved, and run again or cleared."""
    old, new = {cell.id: cell for cell in before.cells}, {cell.id: cell for cell in after.cells}
    both = [(cell, new[cell.id]) for cell in before.cells if cell.id in new]
    counts = {
        "added": len(new.keys() - old.keys()),
        "removed": len(old.keys() - new.keys()),
        "changed": sum(says(one) != says(other) for one, other in both),
        "moved": sum(one.pos != other.pos for one, other in both),
        "results": sum(one.execution != other.execution for one, other in both),
    }
    return {what: count for what, count in counts.items() if count}


def says(cell: CellValue) -> tuple[object, ...]:
    """What people wrote into a cell."""
    return cell.cell_type, cell.source, cell.metadata, cell.attachments
