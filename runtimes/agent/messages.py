"""Kernel messages as they come off the wire, turned into text for the platform without parsing them twice."""

import hmac
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_client.session import DELIM, Session


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    kind: str
    parent: str | None  # id of the request that it answers
    content: dict[str, Any]
    text: str  # the whole message as JSON in ASCII


def read_message(session: Session, channel: str, frames: Sequence[bytes]) -> Message | None:
    """The message in these frames; None when they do not hold one that our kernel signed."""
    if DELIM not in frames:
        return None
    signature, *rest = frames[list(frames).index(DELIM) + 1 :]
    signed, buffers = rest[:4], rest[4:]
    if len(signed) < 4 or not hmac.compare_digest(signature, session.sign(signed)):
        return None
    try:
        header, parent, metadata, content = (json_and_text(part) for part in signed)
        kind, answered = header[0]["msg_type"], parent[0].get("msg_id")
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None
    joined = ",".join(f'"{b64encode(buffer).decode()}"' for buffer in buffers)
    text = (
        f'{{"header":{header[1]},"parent_header":{parent[1]},"metadata":{metadata[1]},'
        f'"content":{content[1]},"buffers":[{joined}]}}'
    )
    return Message(channel, str(kind), answered, content[0], text)


def json_and_text(raw: bytes) -> tuple[Any, str]:
    """The value, and its JSON in ASCII: the same bytes when they are ASCII already."""
    if raw.isascii():
        return json.loads(raw), raw.decode("ascii")
    value = json.loads(raw.decode("utf-8", "replace"))
    return value, json.dumps(value)
