"""What processes tell each other about an open notebook: a closed list of hints, each harmless to lose. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HINTED_BYTES = 48 * 1024

Update = tuple[bytes, int | None]


@dataclass(frozen=True, slots=True)
class Committed:
    """Updates with consecutive numbers from `first`; without `updates` when they are too large for a hint."""

    epoch: int
    first: int
    last: int
    updates: Sequence[Update] = ()


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """Somebody's role has changed, or the notebook is in the trash."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """The notebook has another name."""

    name: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Something about the notebook that is not in the document is different, and pages that show it ask anew."""

    what: str


@dataclass(frozen=True, slots=True)
class PresenceNews:
    """Cursors of another process, or with `is_wanted` its wish to hear of ours."""

    sender: str
    update: bytes = b""
    is_wanted: bool = False


News = Committed | AccessChanged | Renamed | Changed | PresenceNews


def read_news(message: Mapping[str, Any]) -> News | None:
    """What a message of the channel layer says; None for one that is not about notebooks."""
    match message:
        case {"type": "notebook.updates", "epoch": int(epoch), "first": int(first), "last": int(last), **rest}:
            return Committed(epoch, first, last, [(bytes(data), author) for data, author in rest.get("updates", ())])
        case {"type": "notebook.access"}:
            return AccessChanged()
        case {"type": "notebook.renamed", "name": str(name)}:
            return Renamed(name)
        case {"type": "notebook.changed", "what": str(what)}:
            return Changed(what)
        case {"type": "notebook.presence", "sender": str(sender), "update": bytes(update)}:
            return PresenceNews(sender, update)
        case {"type": "notebook.presence-wanted", "sender": str(sender)}:
            return PresenceNews(sender, is_wanted=True)
        case _:
            return None


def hint_of(news: Committed | PresenceNews) -> dict[str, Any]:
    """`news` as a message of the channel layer."""
    if isinstance(news, PresenceNews):
        if news.is_wanted:
            return {"type": "notebook.presence-wanted", "sender": news.sender}
        return {"type": "notebook.presence", "sender": news.sender, "update": news.update}
    message = {"type": "notebook.updates", "epoch": news.epoch, "first": news.first, "last": news.last}
    if sum(len(data) for data, _ in news.updates) <= HINTED_BYTES:
        message["updates"] = [[data, author] for data, author in news.updates]
    return message
