"""The socket of a page for one stream to its person's machine: a terminal, or a file that is sent into it."""

import asyncio
import json
import logging
from typing import Any

import django.db

from accounts.models import User
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import current_runtime, touch
from runtimes.allocation.states import Status
from runtimes.execution.commands import NO_LINK, NotDone
from runtimes.execution.messages import BadFrame, OpenStream, read_json, read_open
from runtimes.execution.rights import Rights, RightsOf
from runtimes.execution.sockets import Socket
from runtimes.execution.streams import Stream, open_stream
from runtimes.execution.threads import in_thread

logger = logging.getLogger(__name__)

SIGN_IN_AGAIN, NO_ACCESS, SILENT, OVER, TOO_LARGE = 4401, 4404, 4409, 4410, 1009
SILENCE = 40.0
LOOK_EVERY = 3.0
LARGEST_BYTES, LARGEST_TEXT = 256 * 1024, 64 * 1024

READ_ONLY = "You may look at this notebook, but not run code in it."
NO_RUNTIME = "There is no machine. Press Connect, or run a cell, to get one."
NO_DATABASE = "The platform's database cannot be reached just now. Nothing was done; try again in a few seconds."


class StreamPageConsumer(Socket):
    """Checks who asks, opens the stream, and then passes frames on, each way one after the other.

    What was passed on and not yet taken is bounded by the two ends, which confirm what has arrived.
    """

    def __init__(self, rights_of: RightsOf) -> None:
        super().__init__()
        self._rights_of = rights_of
        self._stream: Stream | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._runtime: Runtime | None = None
        self._heard_at = 0.0
        self._counts = True
        self._is_used = False
        self._audience = ""
        self._user: User
        self._session: str

    async def connect(self) -> None:
        await self.accept()
        user, session = self.scope["user"], self.scope["session"].session_key
        if not isinstance(user, User) or not session:
            await self.close(SIGN_IN_AGAIN)
            return
        self._user, self._session = user, session
        self._audience = str(self.scope["url_route"]["kwargs"]["audience"])
        self._heard_at = asyncio.get_running_loop().time()
        if await self._may_stay():
            self._tasks.append(asyncio.create_task(self._look_after()))

    async def disconnect(self, code: int) -> None:
        for task in self._tasks:
            task.cancel()
        if self._stream:
            await self._stream.close()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self._tasks:
            return
        self._heard_at = asyncio.get_running_loop().time()
        if len(bytes_data or b"") > LARGEST_BYTES or len(text_data or "") > LARGEST_TEXT:
            await self.close(TOO_LARGE)
        elif bytes_data is not None:
            self._is_used = self._counts
            if self._stream:
                await self._stream.send(bytes_data)
        else:
            await self._take(text_data or "")

    async def _take(self, text: str) -> None:
        try:
            frame = read_json(text)
            if frame.get("type") == "ping":
                await self._say(type="pong")
            elif self._stream:
                await self._stream.send(frame)
            else:
                await self._begin(read_open(frame))
        except BadFrame as problem:
            await self._refuse("bad-frame", str(problem))
        except NotDone as problem:
            await self._refuse(problem.code, str(problem))
        except django.db.Error as problem:
            logger.warning("The database is away: %s", problem)
            await self._refuse("unavailable", NO_DATABASE)

    async def _begin(self, request: OpenStream) -> None:
        if await self._rights() is not Rights.RUN:
            raise NotDone("read-only", READ_ONLY)
        runtime = await in_thread(current_runtime, self._user, self._audience)
        if runtime is None:
            raise NotDone("no-runtime", NO_RUNTIME)
        if runtime.state != Status.READY:
            raise NotDone("no-link", NO_LINK)
        # Code is checked whoever types it, and after each break: that alone is no use of the machine.
        self._counts = request.what["kind"] != "language"
        self._runtime, self._is_used = runtime, self._counts
        self._stream = await open_stream(runtime.pk, request.what)
        await self._say(**self._stream.opened)
        self._tasks.append(asyncio.create_task(self._hear(self._stream)))

    async def _hear(self, stream: Stream) -> None:
        """Pass on what the machine says."""
        while (frame := await stream.receive()) is not None:
            await (self.send(bytes_data=frame) if isinstance(frame, bytes) else self._say(**frame))
        await self.close(OVER)

    async def _may_stay(self) -> bool:
        try:
            rights = await self._rights()
        except django.db.Error:
            logger.warning("The database is away: the rights of an open page are looked at later.")
            return True
        if rights < Rights.LOOK or (self._stream and rights < Rights.RUN):
            await self.close(SIGN_IN_AGAIN if rights is Rights.SIGNED_OUT else NO_ACCESS)
            return False
        return True

    async def _rights(self) -> Rights:
        return await self._rights_of(self._user, self._session, self._audience)

    async def _look_after(self) -> None:
        """Close when the page has gone silent, or its person may not have this any more."""
        while asyncio.get_running_loop().time() < self._heard_at + SILENCE:
            await asyncio.sleep(LOOK_EVERY)
            if not await self._may_stay():
                return
            await self._note_use()
        await self.close(SILENT)

    async def _note_use(self) -> None:
        """Somebody who types or uploads is using their machine, without any cell that runs."""
        if self._runtime and self._is_used:
            self._is_used = False
            try:
                await in_thread(touch, self._runtime)
            except django.db.Error:
                logger.warning("The database is away: that a machine is used is written down later.")
                self._is_used = True

    async def _refuse(self, code: str, sentence: str) -> None:
        await self._say(type="refused", code=code, message=sentence)

    async def _say(self, **frame: Any) -> None:
        await self.send_text(json.dumps(frame))
