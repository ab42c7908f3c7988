"""The shape of the shared document: what a notebook is as a Y.Doc. Pure: no Django.

Two roots. `cells` maps a cell's id to a map {id, pos, cell_type, source: Y.Text, metadata: Y.Map of plain values,
attachments: plain value, execution: id of the run it shows}; `meta` maps keys of the notebook's metadata to plain
values. Cells are ordered by `pos`, then id. Other people's pages write into it, so reading takes nothing for granted,
while `problems` says what the platform refuses to accept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from pycrdt import Array, Doc, Map, Text

from notebooks.collaboration.positions import positions_between

CELLS = "cells"
META = "meta"
NOTHING = b"\x00\x00"  # an update without content
ROOTS = frozenset({CELLS, META})
CELL_TYPES = ("code", "markdown", "raw")  # not a set: what is asked about may be unhashable
REQUIRED = frozenset({"id", "pos", "cell_type", "source", "metadata"})
CELL_KEYS = REQUIRED | {"attachments", "execution"}

CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
POSITION = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,4095}")
EXECUTION_LENGTH = 64
MOST_CELLS = 50_000
DEEPEST = 200

SAFE_INTEGER = 2**53
LARGEST_INTEGER = 2**63 - 1  # beyond 53 bits yrs keeps integers exact, but not this last one

SharedTypes = (Array, Doc, Map, Text)


@dataclass(frozen=True, slots=True)
class SeedCell:
    """A cell as a new document gets it; its place is its place in the list."""

    id: str
    cell_type: str
    source: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] | None = None
    execution: str | None = None


@dataclass(frozen=True, slots=True)
class CellValue:
    """A cell as it was read from a document."""

    id: str
    pos: str
    cell_type: str
    source: str
    metadata: dict[str, Any]
    attachments: dict[str, Any] | None
    execution: str | None


@dataclass(frozen=True, slots=True)
class DocumentValue:
    """A document as plain values: the notebook's metadata, and its cells in order."""

    metadata: dict[str, Any]
    cells: list[CellValue]


def seed_update(metadata: Mapping[str, Any], cells: Sequence[SeedCell]) -> bytes:
    """The first update of a new document. Two calls give two histories: a document is seeded once."""
    doc = open_document()
    shared_cells, meta = doc.get(CELLS, type=Map), doc.get(META, type=Map)
    with doc.transaction():
        for key, value in metadata.items():
            meta[to_text(key)] = to_shared(value)
        for pos, cell in zip(positions_between(None, None, len(cells)), cells, strict=True):
            shared_cells[cell.id] = _seeded(cell, pos)
    return doc.get_update()


def open_document(*updates: bytes) -> Doc[Any]:
    """A document with both roots, made from these updates in order."""
    doc: Doc[Any] = Doc()
    doc.get(CELLS, type=Map)
    doc.get(META, type=Map)
    for update in updates:
        doc.apply_update(update)
    return doc


def lacking(base: bytes, other: bytes) -> bytes | None:
    """What `other`, which has the same history, says and `base` does not; None if that is nothing."""
    doc, changes = open_document(base), list[bytes]()
    subscription = doc.observe(lambda event: changes.append(event.update))
    doc.apply_update(other)
    doc.unobserve(subscription)
    return next((change for change in changes if change != NOTHING), None)


def read_document(doc: Doc[Any]) -> DocumentValue:
    """What the document says; what is not a cell is not there, what is not a value of its kind is empty."""
    found = (_read_cell(key, entry) for key, entry in doc.get(CELLS, type=Map).items())
    cells = sorted((cell for cell in found if cell is not None), key=lambda cell: (cell.pos, cell.id))
    return DocumentValue(_plain_items(doc.get(META, type=Map)), cells)


def omits_outputs(doc: Doc[Any]) -> bool:
    """Whether what cells print is left out of files, copies and revisions (Colab's `private_outputs`)."""
    return omits({"colab": doc.get(META, type=Map).get("colab")})


def omits(metadata: Mapping[str, Any]) -> bool:
    """The same, read from a notebook's metadata."""
    colab = metadata.get("colab")
    return isinstance(colab, dict) and colab.get("private_outputs") is True


def without_results(document: DocumentValue) -> DocumentValue:
    """The same, and its cells show no runs."""
    return DocumentValue(document.metadata, [replace(cell, execution=None) for cell in document.cells])


def runs_shown(document: DocumentValue) -> list[UUID]:
    """The runs whose results its code cells show; what is not a run's id, as anybody may write there, is left out."""
    named = (cell.execution for cell in document.cells if cell.cell_type == "code" and cell.execution)
    return [identity for name in named if (identity := run_id(name))]


def run_id(name: str) -> UUID | None:
    """`name` as the id of a run, if it is one."""
    try:
        return UUID(name)
    except ValueError:
        return None


def new_cell(cell: CellValue) -> "Map[Any]":
    """A cell to be put into a document, with its place and all."""
    seed = SeedCell(cell.id, cell.cell_type, cell.source, cell.metadata, cell.attachments, cell.execution)
    return _seeded(seed, cell.pos)


def problems(doc: Doc[Any]) -> list[str]:
    """What in the document does not have the shape described above."""
    found = [f"There is no place for a root named {name!r}." for name in sorted(set(doc.keys()) - ROOTS)]
    cells = doc.get(CELLS, type=Map)
    if len(cells) > MOST_CELLS:
        found.append(f"A notebook holds at most {MOST_CELLS} cells.")
    for key, entry in cells.items():
        found.extend(cell_problems(key, entry))
    for key, value in doc.get(META, type=Map).items():
        found.extend(value_problems(f"the metadata {key!r}", value))
    return found


def cell_problems(key: str, entry: object) -> Iterator[str]:
    """What is wrong with one entry of `cells`."""
    if not CELL_ID.fullmatch(key):
        yield "A cell's id has 1 to 64 letters, digits, dashes and underscores."
    elif not isinstance(entry, Map):
        yield f"Cell {key} is not a map."
    elif missing := REQUIRED - set(entry.keys()):
        yield f"Cell {key} has no {', '.join(sorted(missing))}."
    elif strange := set(entry.keys()) - CELL_KEYS:
        yield f"Cell {key} has no place for {', '.join(sorted(strange))[:200]}."
    else:
        yield from _field_problems(key, entry)


def value_problems(what: str, value: object) -> Iterator[str]:
    """What keeps `value` from being a plain value of modest depth."""
    if isinstance(value, SharedTypes):
        yield f"{what} is a shared type and not a plain value."
    elif _depth(value) > DEEPEST:
        yield f"{what} is nested deeper than {DEEPEST} levels."


def _field_problems(key: str, cell: "Map[Any]") -> Iterator[str]:
    """The rest of `cell_problems`, for a cell with the right fields."""
    if cell["id"] != key:
        yield f"Cell {key} calls itself by another id."
    if not (isinstance(cell["pos"], str) and POSITION.fullmatch(cell["pos"])):
        yield f"Cell {key} has no valid position."
    if cell["cell_type"] not in CELL_TYPES:
        yield f"Cell {key} is neither code, markdown nor raw."
    if not isinstance(cell["source"], Text):
        yield f"The source of cell {key} is not a text."
    if not isinstance(cell["metadata"], Map):
        yield f"The metadata of cell {key} is not a map."
    else:
        for name, value in cell["metadata"].items():
            yield from value_problems(f"the metadata {name!r} of cell {key}", value)
    attachments, execution = cell.get("attachments"), cell.get("execution")
    if not isinstance(attachments, dict | None) or _depth(attachments) > DEEPEST:
        yield f"The attachments of cell {key} are not a plain object."
    if not isinstance(execution, str | None) or len(execution or "") > EXECUTION_LENGTH:
        yield f"The execution of cell {key} is not an id."


def to_shared(value: Any) -> Any:
    """`value` with what a Y.Doc cannot hold replaced: lone surrogates, and integers beyond 64 bits (by floats)."""
    if isinstance(value, str):
        return to_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -LARGEST_INTEGER <= value < LARGEST_INTEGER else _to_float(value)
    if isinstance(value, Mapping):
        return {to_text(key): to_shared(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_shared(inner) for inner in value]
    return value


def to_text(text: str) -> str:
    """`text` with each lone surrogate replaced by U+FFFD, for a Y.Text is UTF-8 on the way."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def from_shared(value: Any) -> Any:
    """`value` with whole numbers as integers again, since Yjs knows only JavaScript's numbers."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < SAFE_INTEGER else value
    if isinstance(value, dict):
        return {key: from_shared(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [from_shared(inner) for inner in value]
    return value


def _seeded(cell: SeedCell, pos: str) -> "Map[Any]":
    content: dict[str, Any] = {
        "id": cell.id,
        "pos": pos,
        "cell_type": cell.cell_type,
        "source": Text(to_text(cell.source)),
        "metadata": Map({to_text(key): to_shared(value) for key, value in cell.metadata.items()}),
    }
    if cell.attachments is not None:
        content["attachments"] = to_shared(cell.attachments)
    if cell.execution:
        content["execution"] = cell.execution
    return Map(content)


def _read_cell(key: str, entry: object) -> CellValue | None:
    if not isinstance(entry, Map):
        return None
    source, metadata, attachments = entry.get("source"), entry.get("metadata"), entry.get("attachments")
    if not isinstance(source, Text):
        return None
    cell_type = entry.get("cell_type")
    return CellValue(
        id=key,
        pos=_text(entry.get("pos")),
        cell_type=cell_type if cell_type in CELL_TYPES else "code",
        source=str(source),
        metadata=_plain_items(metadata),
        attachments=from_shared(attachments) if isinstance(attachments, dict) else None,
        execution=_text(entry.get("execution")) or None,
    )


def _plain_items(entry: object) -> dict[str, Any]:
    items = entry.items() if isinstance(entry, Map | dict) else ()
    return {key: from_shared(value) for key, value in items if not isinstance(value, SharedTypes)}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _to_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _depth(value: object) -> int:
    """How deep containers are nested in `value`, counted without recursion and no further than needed."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        depth += 1
        inner = [
            entry.values() if isinstance(entry, dict) else entry for entry in level if isinstance(entry, dict | list)
        ]
        level = [item for items in inner for item in items if isinstance(item, dict | list)]
    return depth
