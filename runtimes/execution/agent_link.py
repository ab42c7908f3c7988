"""The socket that a machine's agent dials: authentication, heartbeat, and a session behind it."""

import asyncio
import contextlib
import logging
from functools import partial
from typing import Any

import django.db

from runtimes.allocation.models import Runtime
from runtimes.allocation.pool_rows import PoolBox
from runtimes.allocation.pool_taking import box_for_token, note_linked, note_unlinked
from runtimes.allocation.services import runtime_for_token
from runtimes.allocation.tasks import look_after, nudge
from runtimes.execution.commands import sessions
from runtimes.execution.messages import BadFrame, Hello, read_hello, read_json
from runtimes.execution.opening import Opened, open_session
from runtimes.execution.outgoing import Outgoing
from runtimes.execution.pages import tell_unlinked
from runtimes.execution.session import DISTRUSTED, REPLACED, RESYNC, Session
from runtimes.execution.sockets import Socket
from runtimes.execution.threads import in_thread
from runtimes.execution.waiting import waiting

logger = logging.getLogger(__name__)

PING_EVERY = 15.0
SILENCE = 40.0
TRY_AGAIN = 1013
BOX_ENDS = 1.5  # seconds in which a box is gone whose agent died
BEARER = b"Bearer "


class AgentLinkConsumer(Socket):
    """One agent. Frames are taken one after the other: the next is read when the session has taken in the last."""

    async def connect(self) -> None:
        self._session: Session | None = None
        self._outgoing: Outgoing | None = None
        self._beat: asyncio.Task[None] | None = None
        self._hello: Hello | None = None
        self._adopting: asyncio.Task[None] | None = None
        try:
            served = await in_thread(_whom, bearer_token(self.scope))
        except django.db.Error:
            await self.accept()
            await self.close(TRY_AGAIN)  # a 403 would say that the token is over
            return
        if served is None:
            await self.close()  # before accept: HTTP 403
            return
        self._serves: Runtime | PoolBox = served
        await self.accept()
        self._outgoing = Outgoing(self.send_text, self.close)
        self._heard_at = asyncio.get_running_loop().time()
        self._beat = asyncio.create_task(self._ping())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        if self._outgoing is None:
            return
        try:
            frame = read_json(text_data or "")
            if self._session:
                await self._session.receive(frame)
            elif self._hello is None:
                self._hello = read_hello(frame)
                await self._begin(self._hello, self._outgoing)
        except BadFrame as problem:
            logger.warning("The agent of %s: %s Closing.", self._serves.pk, problem)
            self._outgoing.close(DISTRUSTED)
        except django.db.Error as problem:
            logger.warning("The agent of %s: the database is away: %s", self._serves.pk, problem)
            self._outgoing.close(RESYNC)

    async def disconnect(self, code: int) -> None:
        if self._beat:
            self._beat.cancel()
        if self._adopting:
            await asyncio.gather(self._adopting, return_exceptions=True)
        if self._session:
            await self._end(self._session)
        elif self._hello and waiting().remove(self._serves.pk):
            with contextlib.suppress(django.db.Error):  # then it is found out by its silence
                await in_thread(note_unlinked, self._serves.pk)
        if self._outgoing:
            await self._outgoing.end()

    async def _begin(self, hello: Hello, outgoing: Outgoing) -> None:
        """A machine has its session; a box of the pool waits here until it is somebody's machine."""
        if isinstance(self._serves, Runtime):
            await self._open(self._serves, hello, outgoing)
            return
        await waiting().add(self._serves.pk, partial(self._taken, hello, outgoing))
        if not await in_thread(note_linked, self._serves.pk):
            waiting().adopt(self._serves.pk)

    def _taken(self, hello: Hello, outgoing: Outgoing) -> None:
        self._adopting = asyncio.create_task(self._adopt(hello, outgoing))
        self._adopting.add_done_callback(partial(self._told, outgoing))

    def _told(self, outgoing: Outgoing, adopting: asyncio.Task[None]) -> None:
        """A bug on this way must not leave somebody waiting: the next link begins anew."""
        if not adopting.cancelled() and (problem := adopting.exception()):
            logger.error("The box %s could not be taken up.", self._serves.pk, exc_info=problem)
            outgoing.close(RESYNC)

    async def _adopt(self, hello: Hello, outgoing: Outgoing) -> None:
        try:
            served = await in_thread(_whom, bearer_token(self.scope))
            if isinstance(served, Runtime):
                self._serves = served
                await self._open(served, hello, outgoing)
                return
        except django.db.Error as problem:
            logger.warning("The agent of %s: the database is away: %s", self._serves.pk, problem)
        outgoing.close(RESYNC)  # it dials again, and learns whether it is over

    async def _open(self, runtime: Runtime, hello: Hello, outgoing: Outgoing) -> None:
        opened: Opened | None = await in_thread(open_session, runtime, hello)
        if opened is None:
            outgoing.close(REPLACED)
            return
        self._session = Session(runtime, opened, outgoing)
        self._session.begin()
        await sessions().add(self._session)
        await self._session.wake()  # what was accepted while nobody knew of us yet

    async def _end(self, session: Session) -> None:
        await sessions().remove(session)
        await session.close()
        runtime = session.runtime.pk
        if sessions().find(runtime) is None:
            tell_unlinked(runtime)
            await in_thread(partial(nudge, look_after, session.runtime, seconds=BOX_ENDS))

    async def _ping(self) -> None:
        """A dead network does not close a socket."""
        assert self._outgoing
        while asyncio.get_running_loop().time() < self._heard_at + SILENCE:
            await asyncio.sleep(PING_EVERY)
            self._outgoing.send({"type": "ping"})
        self._outgoing.close(RESYNC)


def bearer_token(scope: Any) -> str:
    """What an agent shows to say which machine it is."""
    for name, value in scope["headers"]:
        if name.lower() == b"authorization" and value.startswith(BEARER):
            return bytes(value.removeprefix(BEARER)).decode(errors="replace")
    return ""


def _whom(token: str) -> Runtime | PoolBox | None:
    """Whose agent this is. Looked for in this order, a box that is taken meanwhile is found in one of the two."""
    return runtime_for_token(token) or box_for_token(token) or runtime_for_token(token)
