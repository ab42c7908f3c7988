"""The socket that a machine's agent dials: authentication, heartbeat, and a session behind it."""

import asyncio
import logging
from functools import partial
from typing import Any

import django.db

from runtimes.allocation.models import Runtime
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
        try:
            runtime = await in_thread(runtime_for_token, bearer_token(self.scope))
        except django.db.Error:
            await self.accept()
            await self.close(TRY_AGAIN)  # a 403 would say that the token is over
            return
        if runtime is None:
            await self.close()  # before accept: HTTP 403
            return
        self._runtime: Runtime = runtime
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
            if self._session is None:
                await self._open(read_hello(frame), self._outgoing)
            else:
                await self._session.receive(frame)
        except BadFrame as problem:
            logger.warning("Runtime %s of %s: %s Closing.", self._runtime.pk, self._runtime.owner_id, problem)
            self._outgoing.close(DISTRUSTED)
        except django.db.Error as problem:
            logger.warning("Runtime %s: the database is away: %s", self._runtime.pk, problem)
            self._outgoing.close(RESYNC)

    async def disconnect(self, code: int) -> None:
        if self._beat:
            self._beat.cancel()
        if self._session:
            await sessions().remove(self._session)
            await self._session.close()
            if sessions().find(self._runtime.pk) is None:
                tell_unlinked(self._runtime.pk)
                await in_thread(partial(nudge, look_after, str(self._runtime.pk), seconds=BOX_ENDS))
        if self._outgoing:
            await self._outgoing.end()

    async def _open(self, hello: Hello, outgoing: Outgoing) -> None:
        opened: Opened | None = await in_thread(open_session, self._runtime, hello)
        if opened is None:
            outgoing.close(REPLACED)
            return
        self._session = Session(self._runtime, opened, outgoing)
        self._session.begin()
        await sessions().add(self._session)

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
