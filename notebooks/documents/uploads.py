"""Cuts request bodies at their limit, before Django has written them to disk.

Django bounds what a form may hold in memory, but spools whatever is sent to a file first, however long it is. This
stands in front of it, and counts what really comes: a missing or lying Content-Length makes no difference.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from django.conf import settings

from notebooks.documents.services import MEBIBYTE, too_large

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOAD_PAGE = "/notebooks/upload"
UPLOADS = frozenset({UPLOAD_PAGE, "/api/notebooks/import"})
FORM_AROUND_FILE = MEBIBYTE
DRAIN_SECONDS = 10
TOO_LARGE = 413


class BodyLimit:
    """An ASGI application in front of another, which answers 413 to what is too long for its address."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = limit_of(scope["path"])
        counted = Counted(receive, limit)
        if declared_length(scope) > limit:
            counted.is_over = True
        else:
            await self.application(scope, counted.receive, send)
        if counted.is_over:
            await counted.drain()
            await refuse(scope["path"], send)


class Counted:
    """A body that ends for the application where it passes its limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit = receive, limit
        self._bytes = 0
        self._has_more = True
        self.is_over = False

    async def receive(self) -> dict[str, Any]:
        message = await self._next()
        if self._bytes > self._limit:
            self.is_over = True
            return {"type": "http.disconnect"}  # Django gives up and answers nothing
        return message

    async def drain(self) -> None:
        """Read on for a while and keep nothing: a browser shows no answer to what it could not finish sending."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while self._has_more and self._bytes <= 2 * self._limit:
                    await self._next()

    async def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._receive()
        self._bytes += len(message.get("body", b""))
        self._has_more = bool(message.get("more_body"))
        return message


def limit_of(path: str) -> int:
    if path in UPLOADS:
        return int(settings.TOMONI_IMPORT_MAX_BYTES) + FORM_AROUND_FILE
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def declared_length(scope: Scope) -> int:
    declared = dict(scope["headers"]).get(b"content-length", b"")
    return int(declared) if declared.isdigit() else 0


async def refuse(path: str, send: Send) -> None:
    """The sentence: as JSON to programs, on the home page to those who used its form."""
    sentence = str(too_large()) if path in UPLOADS else "This request is larger than anything that is expected here."
    if path == UPLOAD_PAGE:
        await answer(send, 303, b"", (b"location", b"/?refused=too-large"))
    else:
        body = json.dumps({"code": "too-large", "message": sentence}).encode()
        await answer(send, TOO_LARGE, body, (b"content-type", b"application/json"))


async def answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    every = [*headers, (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": every, "trailers": False})
    await send({"type": "http.response.body", "body": body, "more_body": False})
