"""A file of the caller's own machine as a download: streamed through, never held."""

import re
from collections.abc import AsyncIterator
from posixpath import basename
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from notebooks.documents import responses
from notebooks.sharing.access import Access
from notebooks.sharing.gates import at_least, caller_of
from notebooks.sharing.roles import Role
from runtimes.allocation.services import current_runtime, touch
from runtimes.execution.commands import NotDone
from runtimes.execution.downloads import open_file, pieces
from runtimes.execution.streams import Stream

RANGE = re.compile(r"bytes=(\d+)-")
NO_RUNTIME = "There is no machine. Press Connect, or run a cell, to get one."
GONE, CONFLICT = 404, 409


@require_GET
@at_least(Role.EDITOR)
def machine_file(request: HttpRequest, access: Access) -> HttpResponse:
    """The file at `?path=` in the caller's machine for this notebook; a broken download may go on with a range."""
    runtime = current_runtime(caller_of(request), str(access.notebook.pk))
    path = request.GET.get("path", "")
    if runtime is None:
        return _refusal(NotDone("no-runtime", NO_RUNTIME))
    try:
        first = _first_byte(request)
        stream = async_to_sync(open_file)(runtime.pk, path, first)
        if first and request.headers.get("If-Range") != _tag(stream.opened):
            async_to_sync(stream.close)()  # it has changed since, or nobody can tell: the whole of it
            first, stream = 0, async_to_sync(open_file)(runtime.pk, path, 0)
    except NotDone as problem:
        return _refusal(problem)
    touch(runtime)
    return _answer(stream, path, first)


def _answer(stream: Stream, path: str, first: int) -> HttpResponse:
    size = int(stream.opened["size"])
    rest = max(0, size - first)
    response = StreamingHttpResponse(_body(stream, rest), content_type="application/octet-stream")
    if first:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {first}-{size - 1}/{size}"
    headers = {
        "Content-Length": str(rest),
        "ETag": _tag(stream.opened),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        # It is whatever code made it: nothing of it is shown or run as a page of ours.
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    for name, value in headers.items():
        response.headers[name] = value
    return responses.attachment(response, basename(path) or "file")  # type: ignore[arg-type]


async def _body(stream: Stream, size: int) -> AsyncIterator[bytes]:
    try:
        async for piece in pieces(stream, size):
            yield piece
    finally:
        await stream.close()


def _first_byte(request: HttpRequest) -> int:
    wanted = RANGE.fullmatch(request.headers.get("Range", ""))
    return int(wanted[1][:15]) if wanted and "If-Range" in request.headers else 0


def _tag(opened: dict[str, Any]) -> str:
    return f'"{opened.get("version")}"'


def _refusal(problem: NotDone) -> HttpResponse:
    status = GONE if problem.code == "file-missing" else CONFLICT
    return JsonResponse({"code": problem.code, "message": str(problem)}, status=status)
