"""What a page asks of the box beside running code: its files, its terminals, and what its language server knows."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from .config import Config
from .files import Files
from .language import LanguageServers
from .outbox import Outbox
from .places import Places, Refused
from .streams import Job, serve
from .terminals import Terminals, View
from .transfers import Download, Receipt

MOST_STREAMS = 32
TOO_MANY = "Too much is on its way to and from this machine at once. Try again when some of it has ended."
UNKNOWN = "The machine does not know how to do this."

Frame = dict[str, Any]


class Tools:
    def __init__(self, config: Config, outbox: Outbox) -> None:
        self._config, self._outbox = config, outbox
        self._files = Files(Places(config.content))
        self._terminals = Terminals(config.content)
        self._languages = LanguageServers(config.content)
        self._works: set[asyncio.Task[None]] = set()
        self._streams = 0

    def obey(self, command: Frame) -> bool:
        """Carry out a command, or begin to; False when it is none of ours."""
        match command:
            case {"type": "files", "id": str(id_), "do": str(work), "path": str(path)}:
                self._begin(self._answer(id_, asyncio.to_thread(self._files.do, work, path, **_names(command))))
            case {"type": "terminals", "id": str(id_), "do": str(work)}:
                self._begin(self._answer(id_, self._terminal(work, str(command.get("terminal")))))
            case {"type": "stream", "id": str(id_), "ticket": str(ticket), "what": dict(what)}:
                self._begin(self._answer(id_, self._open(ticket, what)))
            case _:
                return False
        return True

    def close(self) -> None:
        self._terminals.close()
        for work in tuple(self._works):
            work.cancel()

    async def _answer(self, command: str, work: Coroutine[Any, Any, Frame]) -> None:
        try:
            value = await work
        except Refused as refused:
            self._outbox.reply(command, False, {"code": refused.code, "reason": str(refused)})
        else:
            self._outbox.reply(command, True, value)

    async def _terminal(self, work: str, name: str) -> Frame:
        return self._terminals.do(work, name)

    async def _open(self, ticket: str, what: Frame) -> Frame:
        if self._streams >= MOST_STREAMS:
            raise Refused("too-fast", TOO_MANY)
        job = self._job(what)
        self._streams += 1
        self._begin(self._serve(ticket, job))
        return {}

    async def _serve(self, ticket: str, job: Job) -> None:
        try:
            await serve(self._config, ticket, job)
        finally:
            self._streams -= 1

    def _job(self, what: Frame) -> Job:
        match what:
            case {"kind": "read", "path": str(path)}:
                first = what.get("first")
                return Download(self._files, path, first if isinstance(first, int) and first > 0 else 0)
            case {"kind": "write", "path": str(path)}:
                return Receipt(self._files, path, what)
            case {"kind": "terminal", "terminal": str(name)}:
                return View(self._terminals.find(name))
            case {"kind": "language"}:
                return self._languages.begin()
        raise Refused("not-done", UNKNOWN)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._works.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        """A bug in one of them is told in the box's log, and is no reason to end the box."""
        self._works.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            sys.excepthook(type(problem), problem, problem.__traceback__)


def _names(command: Frame) -> dict[str, str]:
    return {name: value for name in ("to", "kind") if isinstance(value := command.get(name), str)}
