"""What a log line says: when, how bad, which process, which request and which person, and then the message.

Each request has an id, which the response carries (`X-Request-Id`), error pages show as support id, and the lines that
the request wrote have in them. With TOMONI_LOG_FORMAT=json each line is one JSON object, for log collectors.
"""

import json
import logging
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]

_request: ContextVar[str] = ContextVar("request", default="")
NONE = "-"
SHORTEST_ID = 8
TAIL_BYTES = 4 * 2**20


def request_id() -> str:
    """The id of the request that is being answered; a new one outside of any."""
    return _request.get() or secrets.token_hex(4)


class RequestIds:
    """Gives each request an id of ours: what a client sends could be any text, or somebody else's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _request.set(secrets.token_hex(4))
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = _request.get()
            return response
        finally:
            _request.reset(token)


class WithRequest(logging.Filter):
    """Adds `request` to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request.get() or NONE
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "pid": os.getpid(),
            "request": getattr(record, "request_id", NONE),
            "message": record.getMessage(),
        }
        if runtime := getattr(record, "runtime", None):
            said["runtime"] = str(runtime)
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def logging_settings(is_json: bool) -> dict[str, Any]:
    """Everything goes to standard error, where the supervisor or systemd collects it."""
    line = "{asctime} {levelname} {name} [{request_id}] {message}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": WithRequest}},
        "formatters": {"text": {"format": line, "style": "{"}, "json": {"()": JsonLines}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["request"],
                "formatter": "json" if is_json else "text",
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
        },
    }


def lines_about(ids: set[str], logs: Path, most: int) -> list[str]:
    """The last `most` lines in the files of `logs` that name one of `ids`, each with its traceback, file by file.

    Only the end of each file is read. An id that is no id of ours finds nothing: a person sends them.
    """
    wanted = [re.escape(one) for one in ids if len(one) >= SHORTEST_ID and re.fullmatch(r"[0-9a-f-]+", one)]
    if not wanted or not logs.is_dir():
        return []
    names = re.compile("|".join(wanted))
    found = [
        line
        for path in sorted(logs.glob("*.log"))
        for entry in _entries(path)
        if names.search(entry[0])
        for line in entry
    ]
    return found[-most:]


def _entries(path: Path) -> Iterator[list[str]]:
    """What was logged: a line, and those below it that belong to it, as of a traceback."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    entry: list[str] = []
    for line in lines:
        if entry and not re.match(r"[ \t]|Traceback|\w+(\.\w+)*(Error|Exception)\b", line):
            yield entry
            entry = []
        entry.append(line)
    if entry:
        yield entry
