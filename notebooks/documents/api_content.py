"""API: what is in a notebook: the document, results, large parts of outputs and long texts."""

import base64
import binascii
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import Field, Query, Router, Schema

from notebooks.collaboration import store, ydoc
from notebooks.documents import responses
from notebooks.documents.services import read_committed
from notebooks.sharing.gates import AtLeast, access_of, caller_of
from notebooks.sharing.roles import Role
from runtimes.execution.audiences import alone
from runtimes.execution.services import NoBlob, executed, open_blob, readable, results, stream_text

router = Router(tags=["Content"], auth=AtLeast(Role.VIEWER))

BATCH = 50
MOST_EXECUTED = 300
# Only pictures that are nothing but pictures may be shown in a tab of their own; all else is a download.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
SVG = "image/svg+xml"
SANDBOX = "sandbox; default-src 'none'"


@router.get("/{uuid:notebook_id}/document", summary="The shared document as one Yjs update")
def get_document(request: HttpRequest, notebook_id: UUID) -> HttpResponse:
    stored = store.load(notebook_id)
    tag = f"{stored.epoch}.{stored.sequence}"
    response = responses.tagged(request, tag, stored.update, "application/octet-stream")
    response.headers["X-Tomoni-Epoch"] = str(stored.epoch)
    response.headers["X-Tomoni-Sequence"] = str(stored.sequence)
    return response


@router.get("/{uuid:notebook_id}/outputs", summary="The results that the document shows, or those of named executions")
def get_outputs(request: HttpRequest, notebook_id: UUID, execution: Query[list[UUID] | None] = None) -> HttpResponse:
    notebook = access_of(request).notebook
    if execution:
        parts = _results_as_json(_reader(request), execution, only_unkept=False)
    else:
        document = read_committed(notebook)
        omits = ydoc.omits(document.metadata)
        parts = _results_as_json(str(notebook.pk), ydoc.runs_shown(document), only_unkept=omits)
    return responses.compressed_parts(request, parts, "application/json")


@router.get("/{uuid:notebook_id}/blobs/{sha256}", summary="A large part of an output")
def get_blob(request: HttpRequest, notebook_id: UUID, sha256: str, type: str = "") -> HttpResponse:  # noqa: A002
    kind = type.split(";")[0].strip().lower()
    try:
        body = open_blob(_reader(request), sha256)
    except NoBlob:
        raise Http404 from None
    if _is_binary(kind):
        body = _decoded(body)
    response = responses.compressed(request, body, _served_type(kind))
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response if kind in PICTURES else responses.attachment(response, sha256[:12])


@router.get("/{uuid:notebook_id}/executions/{uuid:execution}/text", summary="The whole text of a trimmed stream")
def get_text(
    request: HttpRequest, notebook_id: UUID, execution: UUID, index: Annotated[int, Field(ge=0)] = 0
) -> HttpResponseBase:
    parts = stream_text(_reader(request), execution, index)
    try:
        first = next(parts)
    except LookupError:
        raise Http404 from None
    response = StreamingHttpResponse(_encoded(first, parts), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="output-{index}.txt"'
    return response


class ExecutedOut(Schema):
    """A piece of code that I ran in this notebook."""

    id: UUID
    cell: str
    code: str
    state: str
    count: int | None
    queued: datetime
    started: datetime | None
    ended: datetime | None


@router.get(
    "/{uuid:notebook_id}/executed", response=list[ExecutedOut], summary="The code that I ran here, the latest first"
)
def list_executed(request: HttpRequest, notebook_id: UUID) -> list[ExecutedOut]:
    return [
        ExecutedOut(
            id=execution.pk,
            cell=execution.cell,
            code=readable(execution.code),
            state=execution.state,
            count=execution.count,
            queued=execution.queued_at,
            started=execution.started_at,
            ended=execution.ended_at,
        )
        for execution in executed(str(notebook_id), caller_of(request), MOST_EXECUTED)
    ]


def _reader(request: HttpRequest) -> str:
    """Who asks: they see what everyone sees, and what their own scratch cell printed."""
    return alone(str(access_of(request).notebook.pk), caller_of(request).pk)


def _results_as_json(audience: str, wanted: Sequence[UUID], *, only_unkept: bool) -> Iterator[bytes]:
    """One JSON object in pieces, so that a notebook's results are never in memory all at once."""
    yield b'{"executions":{'
    separator = ""
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        for identity, result in results(audience, batch, only_unkept=only_unkept).items():
            yield f"{separator}{json.dumps(identity)}:{json.dumps(result)}".encode()
            separator = ","
    yield b"}}"


async def _encoded(first: str, rest: Iterator[str]) -> AsyncIterator[bytes]:
    """The text as UTF-8, read on from the database as fast as the caller takes it."""
    following = sync_to_async(lambda: next(rest, None))
    part: str | None = first
    while part is not None:
        yield part.encode(errors="replace")
        part = await following()


def _is_binary(kind: str) -> bool:
    """Parts of these kinds are Base64 in a notebook, and bytes here."""
    return kind == "application/pdf" or (kind.startswith(("image/", "audio/", "video/", "font/")) and kind != SVG)


def _decoded(body: bytes) -> bytes:
    try:
        return base64.b64decode(body)
    except binascii.Error:
        raise Http404 from None


def _served_type(kind: str) -> str:
    """What a browser may take the part for: never a page, never a script."""
    if kind in PICTURES or kind == SVG or _is_binary(kind):
        return kind
    return "application/json" if kind.endswith("json") else "text/plain; charset=utf-8"
