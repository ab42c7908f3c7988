"""uvicorn's HTTP connection, with an end to its patience.

By itself uvicorn waits for the rest of a request's head for ever, however long the head becomes; and a socket's
handshake begins as such a request. Here a connection is closed on which no head is complete TOMONI_REQUEST_SECONDS
after it was opened or the head begun, or after 64 KiB.
"""

import asyncio
from typing import Any

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 2**10
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class PatientForAWhile(HttpToolsProtocol):
    """One connection. Between two requests uvicorn's own, shorter limit holds."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._is_in_message = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        was_waiting = self._deadline is not None
        super().data_received(data)
        if self._deadline is not None and was_waiting:
            self._count(len(data))
        elif self._deadline is None and not self._is_in_message and not self._is_answering():
            self._await_head()  # what came is no head, nor the beginning of one, and ended uvicorn's own limit

    def on_message_begin(self) -> None:
        self._is_in_message = True
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_in_message = False
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._is_in_message = True  # for good: what follows is for the socket's protocol
        super().handle_websocket_upgrade()

    def _await_head(self) -> None:
        if self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(settings.TOMONI_REQUEST_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        self._head_bytes = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _count(self, received: int) -> None:
        self._head_bytes += received
        if self._head_bytes > LARGEST_HEAD:
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def _give_up(self) -> None:
        self._deadline = None
        if self._is_answering():  # the head that does not come is the next one's
            self._await_head()
        else:
            self.transport.close()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete
