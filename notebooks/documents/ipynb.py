"""Reads every version of the .ipynb format and writes nbformat 4.5. Pure: no Django.

Whatever comes in, the answer is a notebook that is valid nbformat 4.5 or one sentence (`BadNotebook`). Cells, outputs,
attachments and metadata are kept as they are; lists of lines are joined, as nbformat does. Little things that real
files lack (an empty `outputs`, an id) are filled in and noted. What carries content and is missing or of a wrong kind
is refused: guessing would lose something without anyone noticing.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from notebooks.comments.exported import has_comments, without_comments
from notebooks.documents.cells import (
    VALID_ID,
    BadNotebook,
    ImportedCell,
    ImportedNotebook,
    Json,
    Notices,
    refuse_too_many,
    unique_ids,
)
from notebooks.documents.json_text import dump_json, parse_json, without_surrogates
from notebooks.documents.schema import CELL_TYPES, OUTPUT_TYPES, check_schema
from notebooks.documents.sentences import Sentence, said
from notebooks.documents.upgrades import upgrade

MAJOR, MINOR = 4, 5
LARGEST_INTEGER = 2**63 - 1
LARGEST_COUNT = 2**31 - 1
SPLIT_TYPES = ("application/javascript", "image/svg+xml")
CELL_KEYS = {"id", "cell_type", "source", "metadata", "attachments", "outputs", "execution_count"}
OUTPUT_KEYS = {
    "stream": ("output_type", "name", "text"),
    "display_data": ("output_type", "data", "metadata"),
    "execute_result": ("output_type", "data", "metadata", "execution_count"),
    "error": ("output_type", "ename", "evalue", "traceback"),
}


def read_ipynb(raw: bytes) -> ImportedNotebook:
    """The notebook in the file `raw`; raises BadNotebook."""
    notices = Notices()
    value = parse_json(raw, notices)
    if not isinstance(value, dict):
        raise BadNotebook(
            "The file holds %(kind)s and not a notebook, which is an object with cells.", kind=_kind(value)
        )
    major, minor = _version(value, notices)
    if major < MAJOR:
        value = upgrade(value, major, minor, notices)
    cells = [_cell(number, cell, minor, notices) for number, cell in enumerate(_cells(value), start=1)]
    ids = unique_ids(_wishes(cells, major, minor, notices))
    cells = [{**cell, "id": identity} for cell, identity in zip(cells, ids, strict=True)]
    metadata = _without_impossible_format(_metadata(value, said("The notebook"), notices), notices)
    check_schema({"nbformat": MAJOR, "nbformat_minor": MINOR, "metadata": metadata, "cells": cells})
    if value.keys() - {"nbformat", "nbformat_minor", "metadata", "cells"}:
        notices.add(
            said("What the notebook has besides cells and metadata is unknown to this format and was left out.")
        )
    imported = [_imported(cell, number, notices) for number, cell in enumerate(cells, start=1)]
    clean = _clean(_uncommented(metadata, notices, None), notices, None)
    return ImportedNotebook(clean, imported, notices.sentences(), (major, minor) != (MAJOR, MINOR))


def write_ipynb(metadata: Json, cells: Sequence[ImportedCell]) -> bytes:
    """The file as Jupyter writes it: nbformat 4.5, sorted keys, indented by one, texts as lists of lines."""
    ids = unique_ids([cell.id] for cell in cells)
    written = [_written(cell, identity) for cell, identity in zip(cells, ids, strict=True)]
    return dump_json({"nbformat": MAJOR, "nbformat_minor": MINOR, "metadata": metadata, "cells": written})


def _version(value: Json, notices: Notices) -> tuple[int, int]:
    major, minor = value.get("nbformat"), value.get("nbformat_minor")
    if major is None:
        if not isinstance(value.get("cells"), list) and "worksheets" not in value:
            raise BadNotebook("This JSON file is not a notebook: it has no “cells” and no “nbformat”.")
        major = 3 if "worksheets" in value else 1 if _is_format_1(value["cells"]) else MAJOR
        notices.add(
            said("The file does not say which notebook format it has: it was read as format %(format)s.", format=major)
        )
    major, minor = _integer(major, "nbformat", notices), _integer(minor or 0, "nbformat_minor", notices)
    if major > MAJOR:
        raise BadNotebook(
            "This notebook is in format %(format)s, which is newer than what this version reads (up to 4.5): "
            "save it as format 4 in the program that made it.",
            format=f"{major}.{minor}",
        )
    if major < 1:
        raise BadNotebook("There is no notebook format %(format)s.", format=str(major))
    if major == MAJOR and value.get("nbformat_minor") is None:
        notices.add(said("The file does not say which minor version of format 4 it has."))
    if major == MAJOR and minor > MINOR:
        notices.add(
            said("The notebook is in format 4.%(minor)s, newer than 4.5: what is new in it was left out.", minor=minor)
        )
    return major, minor


def _is_format_1(cells: list[Any]) -> bool:
    return any(isinstance(cell, dict) and ("code" in cell or "text" in cell) for cell in cells)


def _integer(value: Any, name: str, notices: Notices) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6:
        notices.add(said("“%(name)s” should be a number and is a string.", name=name))
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise BadNotebook("“%(name)s” should be a whole number and is %(kind)s.", name=name, kind=_kind(value))
    return int(value)


def _cells(value: Json) -> list[Any]:
    cells = value.get("cells")
    if not isinstance(cells, list):
        raise BadNotebook("The notebook has no list of “cells”.")
    refuse_too_many(cells)
    return cells


def _cell(number: int, cell: Any, minor: int, notices: Notices) -> Json:
    """One cell with all keys that the format asks for and no other, its texts joined; the id comes later."""
    where = said("Cell %(number)s", number=number)
    if not isinstance(cell, dict):
        raise BadNotebook("%(where)s is %(kind)s and not an object.", where=where, kind=_kind(cell))
    kind = cell.get("cell_type")
    if kind not in CELL_TYPES:
        if minor <= MINOR or not isinstance(kind, str):
            raise BadNotebook("%(where)s: %(what)s.", where=where, what=_unknown("cell_type", kind))
        notices.add(said("A kind of cell that this format does not know was kept as a raw cell."), number)
        text = json.dumps(cell, ensure_ascii=False, indent=1)
        cell, kind = {"cell_type": "raw", "source": text, "metadata": {}, "id": cell.get("id")}, "raw"
    if "source" not in cell:
        raise BadNotebook("%(where)s: “%(key)s” is missing.", where=where, key="source")
    made = {
        "cell_type": kind,
        "id": cell.get("id"),
        "source": _joined(cell["source"], where, "source"),
        "metadata": _metadata(cell, where, notices, number),
    }
    known = CELL_KEYS if kind == "code" else CELL_KEYS - {"outputs", "execution_count"}
    if any(cell[key] not in (None, [], {}) for key in cell.keys() - known):
        notices.add(said("Keys that a cell of this format does not have were left out."), number)
    if kind == "code":
        made |= _results(cell, number, minor, notices)
    if cell.get("attachments") is not None and (cell["attachments"] or kind != "code"):
        made |= _attachments(cell, kind, number, notices)
    return made


def _attachments(cell: Json, kind: str, number: int, notices: Notices) -> Json:
    attachments = cell["attachments"]
    if not isinstance(attachments, dict) or not all(isinstance(bundle, dict) for bundle in attachments.values()):
        raise BadNotebook("Cell %(number)s: “attachments” should be an object of objects.", number=number)
    if kind == "code":
        notices.add(said("Attachments of a code cell, which the format does not have, were left out."), number)
        return {}
    return {"attachments": {name: _joined_bundle(bundle) for name, bundle in attachments.items()}}


def _results(cell: Json, number: int, minor: int, notices: Notices) -> Json:
    outputs = cell.get("outputs")
    if outputs is None:
        notices.add(said("“outputs” was missing: the cell has none."), number)
        outputs = []
    if not isinstance(outputs, list):
        raise BadNotebook("Cell %(number)s: “outputs” is %(kind)s and not a list.", number=number, kind=_kind(outputs))
    if "execution_count" not in cell:
        notices.add(said("“execution_count” was missing."), number)
    made = [_output(at, output, number, minor, notices) for at, output in enumerate(outputs, start=1)]
    count = _count(cell.get("execution_count"))
    if isinstance(count, int) and count > LARGEST_COUNT:
        notices.add(said("An execution count that no kernel can reach was left out."), number)
        count = None
    return {"outputs": made, "execution_count": count}


def _output(number: int, output: Any, cell: int, minor: int, notices: Notices) -> Json:
    where = said("Cell %(cell)s, output %(output)s", cell=cell, output=number)
    if not isinstance(output, dict):
        raise BadNotebook("%(where)s is %(kind)s and not an object.", where=where, kind=_kind(output))
    kind = output.get("output_type")
    if kind not in OUTPUT_TYPES:
        if minor <= MINOR or not isinstance(kind, str):
            raise BadNotebook("%(where)s: %(what)s.", where=where, what=_unknown("output_type", kind))
        notices.add(said("A kind of output that this format does not know was kept as JSON."), cell)
        return {"output_type": "display_data", "data": {"application/json": output}, "metadata": {}}
    known = OUTPUT_KEYS[kind]
    if output.keys() - set(known) - {"transient"}:
        notices.add(said("Keys that an output of this format does not have were left out."), cell)
    made = {key: output[key] for key in known if key in output}
    if "metadata" in known and output.get("metadata") is None:
        notices.add(said("“metadata” of an output was missing."), cell)
        made["metadata"] = {}
    if kind == "stream" and "text" in made:
        made["text"] = _joined(made["text"], where, "text")
    if kind == "execute_result":
        made["execution_count"] = _count(output.get("execution_count"))
    if isinstance(made.get("data"), dict):
        made["data"] = _joined_bundle(made["data"])
    return made


def _wishes(cells: list[Json], major: int, minor: int, notices: Notices) -> Iterator[list[Any]]:
    """For each cell the ids it would like: its own, and then the one that Colab keeps in its metadata."""
    own = {cell["id"] for cell in cells if isinstance(cell["id"], str)}
    seen: set[str] = set()
    should_have = (major, minor) >= (MAJOR, MINOR)
    for number, cell in enumerate(cells, start=1):
        identity, colab = cell["id"], cell["metadata"].get("id")
        if identity is None:
            if should_have:
                notices.add(said("Cells without an id were given one."), number)
        elif not isinstance(identity, str) or not VALID_ID.fullmatch(identity):
            notices.add(
                said("Cell ids that are too long or not made of letters, digits, - and _ were replaced."), number
            )
        elif identity in seen:
            notices.add(said("Cells with the id of another cell were given a new one."), number)
        else:
            seen.add(identity)
        yield [identity] if isinstance(colab, str) and colab in own else [identity, colab]


def _metadata(holder: Json, where: Sentence, notices: Notices, cell: int | None = None) -> Json:
    metadata = holder.get("metadata")
    if metadata is None:
        notices.add(
            said("The notebook had no “metadata”.") if cell is None else said("A cell had no “metadata”."), cell
        )
        return {}
    if not isinstance(metadata, dict):
        raise BadNotebook("%(where)s: “metadata” is %(kind)s and not an object.", where=where, kind=_kind(metadata))
    return metadata


def _without_impossible_format(metadata: Json, notices: Notices) -> Json:
    """The one whole number that the schema asks for here cannot be kept as text when it is beyond 64 bits."""
    original = metadata.get("orig_nbformat")
    if not isinstance(original, int) or original <= LARGEST_INTEGER:
        return metadata
    notices.add(said("An “orig_nbformat” that no format has was left out."))
    return {key: entry for key, entry in metadata.items() if key != "orig_nbformat"}


def _joined(value: Any, where: Sentence, key: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    raise BadNotebook("%(where)s: “%(key)s” should be a string or a list of strings.", where=where, key=key)


def _joined_bundle(bundle: Json) -> Json:
    return {kind: value if _is_json(kind) else _joined_lines(value) for kind, value in bundle.items()}


def _joined_lines(value: Any) -> Any:
    is_lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
    return "".join(value) if is_lines else value


def _is_json(kind: str) -> bool:
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _count(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _imported(cell: Json, number: int, notices: Notices) -> ImportedCell:
    return ImportedCell(
        id=cell["id"],
        cell_type=cell["cell_type"],
        source=_clean(cell["source"], notices, number),
        metadata=_clean(_uncommented(cell["metadata"], notices, number), notices, number),
        attachments=_clean(cell.get("attachments"), notices, number),
        outputs=cell.get("outputs", []),
        count=cell.get("execution_count"),
    )


def _uncommented(metadata: Json, notices: Notices, cell: int | None) -> Json:
    """Comments go out when they are asked for and never come in: anybody could have written them under any name."""
    if has_comments(metadata):
        notices.add(said("Comments that the file carries were left out: nobody can tell who wrote them."), cell)
    return without_comments(metadata)


def _clean(value: Any, notices: Notices, cell: int | None) -> Any:
    """`value` as the shared document can hold it: no lone surrogates, no integers beyond 64 bits."""
    if isinstance(value, dict):
        return {_clean(key, notices, cell): _clean(entry, notices, cell) for key, entry in value.items()}
    if isinstance(value, list):
        return [_clean(entry, notices, cell) for entry in value]
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        notices.add(said("A whole number beyond 64 bits in the metadata was kept as text."), cell)
        return str(value)
    if isinstance(value, str) and not value.isascii() and (clean := without_surrogates(value)) != value:
        notices.add(said("Halves of characters (lone surrogates) were replaced by �."), cell)
        return clean
    return value


def _written(cell: ImportedCell, identity: str) -> Json:
    kind = cell.cell_type if cell.cell_type in CELL_TYPES else "raw"
    made: Json = {
        "id": identity,
        "cell_type": kind,
        "metadata": cell.metadata,
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.attachments is not None and kind != "code":
        made["attachments"] = {name: _split_bundle(bundle) for name, bundle in cell.attachments.items()}
    if kind == "code":
        made |= {"execution_count": cell.count, "outputs": [_split_output(output) for output in cell.outputs]}
    return made


def _split_output(output: Json) -> Json:
    if output.get("output_type") == "stream":
        return {**output, "text": _joined_lines(output["text"]).splitlines(keepends=True)}
    return {**output, "data": _split_bundle(output["data"])} if "data" in output else output


def _split_bundle(bundle: Json) -> Json:
    return {
        kind: value.splitlines(keepends=True)
        if isinstance(value, str) and (kind.startswith("text/") or kind in SPLIT_TYPES)
        else value
        for kind, value in bundle.items()
    }


def _unknown(key: str, kind: Any) -> Sentence:
    if kind is None:
        return said("“%(key)s” is missing", key=key)
    return said("“%(key)s” is %(kind)s, which this format does not have", key=key, kind=f"{kind!r:.60}")


def _kind(value: Any) -> Sentence:
    names = {
        dict: said("an object"),
        list: said("a list"),
        str: said("a string"),
        bool: said("a truth value"),
        type(None): said("an empty value (null)"),
    }
    return names.get(type(value), said("a number"))
