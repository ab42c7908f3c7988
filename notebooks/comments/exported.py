"""How comments stand in a notebook file: under `tomoni` in a cell's metadata, or in the notebook's. Pure."""

from collections.abc import Sequence

from notebooks.documents.cells import Json

OURS, COMMENTS = "tomoni", "comments"


def with_comments(metadata: Json, threads: Sequence[Json]) -> Json:
    """`metadata` that carries these threads."""
    if not threads:
        return metadata
    ours = metadata.get(OURS)
    return {**metadata, OURS: {**(ours if isinstance(ours, dict) else {}), COMMENTS: list(threads)}}


def has_comments(metadata: Json) -> bool:
    ours = metadata.get(OURS)
    return isinstance(ours, dict) and COMMENTS in ours


def without_comments(metadata: Json) -> Json:
    """`metadata` as it is without what `with_comments` adds."""
    if not has_comments(metadata):
        return metadata
    ours = {key: value for key, value in metadata[OURS].items() if key != COMMENTS}
    others = {key: value for key, value in metadata.items() if key != OURS}
    return {**others, OURS: ours} if ours else others
