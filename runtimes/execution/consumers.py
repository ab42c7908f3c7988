"""The sockets of execution: a page with its machine, and (from `agent_link`) a machine's agent."""

import asyncio
import logging
from typing import Any

import django.db

from accounts.models import User
from runtimes.allocation.choosing import TypeRefused
from runtimes.allocation.kernels import OtherKernel, UnknownKernel, choose_kernel
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import QuotaReached, request_runtime, reset_runtime, stay_connected
from runtimes.allocation.states import Reason, Status
from runtimes.execution.agent_link import AgentLinkConsumer
from runtimes.execution.commands import NotDone, sessions
from runtimes.execution.messages import (
    BadFrame,
    Comm,
    Complete,
    Connect,
    InputReply,
    Inspect,
    Interrupt,
    Request,
    Reset,
    Restart,
    Run,
    Stay,
    Tool,
    UnknownType,
    Variables,
    read_json,
    read_request,
)
from runtimes.execution.outgoing import Outgoing
from runtimes.execution.pace import Pace
from runtimes.execution.rights import Rights, RightsOf
from runtimes.execution.running import start_run
from runtimes.execution.services import NotYours, abort_unfinished
from runtimes.execution.session import INTERRUPTED
from runtimes.execution.sockets import Socket
from runtimes.execution.stream_link import StreamLinkConsumer
from runtimes.execution.stream_pages import StreamPageConsumer
from runtimes.execution.threads import in_thread
from runtimes.execution.utf16 import code_points, units
from runtimes.execution.waiting import waiting
from runtimes.execution.watch import RuntimeWatch
from runtimes.machines.kernels import ANY, KernelWish

__all__ = ["AgentLinkConsumer", "RuntimeConsumer", "StreamLinkConsumer", "StreamPageConsumer"]

logger = logging.getLogger(__name__)

SIGN_IN_AGAIN, NO_ACCESS, TOO_FAST, SILENT = 4401, 4404, 4429, 4409
TRUSTED_FOR = 3.0  # seconds that somebody who may run is taken at their word
SILENCE = 40.0
LOOK_EVERY = 3.0
LARGEST_CODE = 4 * 2**20
MOST_WORKS = 32

READ_ONLY = "You may look at this notebook, but not run code in it."
NO_RUNTIME = "There is no machine. Press Connect, or run a cell, to get one."
NO_DATABASE = "The platform's database cannot be reached just now. Nothing was done; try again in a few seconds."
TOO_LARGE = "This cell is too large to run: it may have about 4 MB."
TOO_MANY = "Too many questions at once. Try again when some are answered."


NOT_HAD = (QuotaReached, TypeRefused, UnknownKernel, OtherKernel)


class Refusal(Exception):
    """A no to the page: `about` are the figures and names in the sentence, for pages in other languages."""

    def __init__(self, code: str, sentence: str, **about: Any) -> None:
        super().__init__(sentence)
        self.code = code
        self.about = about


class RuntimeConsumer(Socket):
    """One tab of one person, with their own machine for one notebook.

    The consumer checks who is asking, frame by frame, and passes the question on; what takes longer than a look into
    the database is waited for beside the frames that follow.
    """

    def __init__(self, rights_of: RightsOf) -> None:
        super().__init__()
        self._rights_of = rights_of
        self._outgoing: Outgoing | None = None
        self._watch: RuntimeWatch | None = None
        self._works: set[asyncio.Task[None]] = set()
        self._allowed_until = float("-inf")
        self._heard_at = float("inf")
        self._audience = ""
        self._user: User
        self._session: str
        self._pace: Pace

    async def connect(self) -> None:
        await self.accept()
        user, session = self.scope["user"], self.scope["session"].session_key
        if not isinstance(user, User) or not session:
            await self.close(SIGN_IN_AGAIN)
            return
        self._user, self._session = user, session
        self._audience = str(self.scope["url_route"]["kwargs"]["audience"])
        self._outgoing = Outgoing(self.send_text, self.close)
        self._pace = Pace(asyncio.get_running_loop().time)
        self._heard_at = asyncio.get_running_loop().time()
        if not await self._may_stay():
            return
        self._watch = RuntimeWatch(user, self._audience, self._outgoing.send)
        await self._watch.begin()
        self._do(self._look_after())

    async def disconnect(self, code: int) -> None:
        for task in tuple(self._works):
            task.cancel()
        if self._watch:
            await self._watch.end()
        if self._outgoing:
            await self._outgoing.end()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._outgoing is None:
            return
        self._heard_at = asyncio.get_running_loop().time()
        if self._pace.is_too_fast():
            self._outgoing.close(TOO_FAST)
            return
        name: Any = None
        try:
            frame = read_json(text_data or "")
            name = frame.get("id")
            if frame.get("type") == "ping":
                self._outgoing.send({"type": "pong"})
                return
            await self._take(name, read_request(frame))
        except UnknownType as unknown:
            self._refuse(name, "unknown-type", f"There is no frame of the type {unknown}.")
        except BadFrame as problem:
            self._refuse(name, "bad-frame", str(problem))
        except Refusal as refusal:
            self._refuse(name, refusal.code, str(refusal), **refusal.about)
        except django.db.Error as problem:
            logger.warning("The database is away: %s", problem)
            self._refuse(name, "unavailable", NO_DATABASE)

    async def _take(self, name: Any, request: Request) -> None:
        """Answer at once what is a matter of the database, and the rest when the machine answers."""
        if not await self._is_allowed():
            raise Refusal("read-only", READ_ONLY)
        match request:
            case Run():
                self._ok(name, execution=await self._run(request))
            case Connect():
                self._ok(name, runtime=await self._connect_runtime(request))
            case Stay():
                await self._stay()
                self._ok(name)
            case Reset():
                await self._reset()
                self._ok(name)
            case _:
                if len(self._works) > MOST_WORKS:
                    raise Refusal("too-fast", TOO_MANY)
                self._do(self._answer_later(name, request))

    async def _is_allowed(self) -> bool:
        """May this person run code here, as of the last few seconds?"""
        now = asyncio.get_running_loop().time()
        return now < self._allowed_until or await self._look_at_rights() is Rights.RUN

    async def _may_stay(self) -> bool:
        """Is this still a page of somebody who may see the notebook? While the database is away nobody is sent off."""
        try:
            return await self._look_at_rights() >= Rights.LOOK
        except django.db.Error:
            logger.warning("The database is away: the rights of an open page are looked at later.")
            return True

    async def _look_at_rights(self) -> Rights:
        assert self._outgoing
        rights = await self._rights_of(self._user, self._session, self._audience)
        self._allowed_until = asyncio.get_running_loop().time() + TRUSTED_FOR if rights is Rights.RUN else float("-inf")
        if rights < Rights.LOOK:
            self._outgoing.close(SIGN_IN_AGAIN if rights is Rights.SIGNED_OUT else NO_ACCESS)
        return rights

    async def _run(self, run: Run) -> dict[str, Any]:
        assert self._watch
        if len(run.code.encode(errors="surrogatepass")) > LARGEST_CODE:
            raise Refusal("too-large", TOO_LARGE)
        try:
            execution, runtime = await start_run(self._watch.live_runtime, run, self._user, self._audience)
        except NOT_HAD as reached:
            raise _not_had(reached) from None
        except NotYours as problem:
            raise Refusal("not-yours", str(problem)) from None
        if runtime is not self._watch.live_runtime:
            await self._watch.look()
        return execution.public()

    async def _connect_runtime(self, wish: Connect) -> dict[str, Any] | None:
        assert self._watch
        try:
            runtime = await in_thread(request_runtime, self._user, self._audience, wish.kind, wish.kernel)
        except NOT_HAD as reached:
            raise _not_had(reached) from None
        waiting().adopt(runtime.pk)
        self._watch.be_patient_again()
        await self._watch.look()
        return self._watch.public()

    async def _reset(self) -> None:
        runtime = self._live_runtime()
        await in_thread(reset_runtime, runtime, Reason.USER)

    async def _stay(self) -> None:
        assert self._watch
        await in_thread(stay_connected, self._live_runtime())
        await self._watch.look()

    def _live_runtime(self) -> Runtime:
        assert self._watch
        if self._watch.live_runtime is None:
            raise Refusal("no-runtime", NO_RUNTIME)
        return self._watch.live_runtime

    # What the machine has to answer.

    async def _answer_later(self, name: Any, request: Request) -> None:
        try:
            self._ok(name, **await self._ask(self._live_runtime(), request))
        except (NotDone, Refusal) as refusal:
            self._refuse(name, refusal.code, str(refusal), **getattr(refusal, "about", {}))
        except django.db.Error:
            self._refuse(name, "unavailable", NO_DATABASE)

    async def _ask(self, runtime: Runtime, request: Request) -> dict[str, Any]:
        match request:
            case Interrupt() if runtime.state != Status.READY:
                await in_thread(abort_unfinished, runtime, INTERRUPTED)
            case Interrupt():
                await sessions().command(runtime.pk, {"do": "interrupt"})
            case Restart(wish):
                await self._restart(runtime, wish)
            case Complete(code, cursor):
                return await self._complete(runtime, code, cursor)
            case Inspect(code, cursor, detail):
                content = {"code": code, "cursor_pos": code_points(code, cursor), "detail_level": detail}
                found = await self._request(runtime, "inspect_request", content)
                return {"found": found.get("found") is True, "data": found.get("data", {})}
            case InputReply(execution, value):
                await sessions().command(runtime.pk, {"do": "answer", "execution": str(execution), "value": value})
            case Variables(content):
                return await self._variables(runtime, content)
            case Tool(order):
                return await sessions().command(runtime.pk, {"do": "tool", "order": order})
            case Comm(kind, content, metadata, buffers, message):
                frame: dict[str, Any] = {"type": "comm", "message_type": kind, "content": content, "metadata": metadata}
                frame["message"] = message
                await sessions().command(runtime.pk, {"do": "comm", "frame": {**frame, "buffers": buffers}})
        return {}

    async def _restart(self, runtime: Runtime, wish: KernelWish) -> None:
        """Start the kernel that the notebook asks for now; the same again where it says nothing."""
        try:
            kernel = await in_thread(choose_kernel, wish) if wish != ANY else ""
        except UnknownKernel as unknown:
            raise _not_had(unknown) from None
        await sessions().command(runtime.pk, {"do": "restart", "kernel": kernel})

    async def _complete(self, runtime: Runtime, code: str, cursor: int) -> dict[str, Any]:
        content = {"code": code, "cursor_pos": code_points(code, cursor)}
        found = await self._request(runtime, "complete_request", content)
        start, end = (found.get(key) for key in ("cursor_start", "cursor_end"))
        if not (isinstance(start, int) and isinstance(end, int)):
            raise NotDone("not-done", "The kernel gave no completions.")
        offsets = {"from": units(code, start), "to": units(code, end)}
        return {"matches": found.get("matches", []), **offsets, "metadata": found.get("metadata", {})}

    async def _variables(self, runtime: Runtime, content: dict[str, Any]) -> dict[str, Any]:
        found = await self._request(runtime, "variables_request", content)
        if found.get("ok") is not True:
            raise NotDone("not-done", str(found.get("reason"))[:500])
        return {name: value for name, value in found.items() if name not in {"type", "id", "ok"}}

    async def _request(self, runtime: Runtime, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        return await sessions().command(runtime.pk, {"do": "request", "message_type": kind, "content": content})

    # The socket.

    async def _look_after(self) -> None:
        """Heal what a lost hint left, and close when the page has gone silent."""
        assert self._watch
        assert self._outgoing
        while asyncio.get_running_loop().time() < self._heard_at + SILENCE:
            await self._watch.heal()
            await asyncio.sleep(LOOK_EVERY)
            if not await self._may_stay():
                return
        self._outgoing.close(SILENT)

    def _ok(self, name: Any, **values: Any) -> None:
        assert self._outgoing
        self._outgoing.send({"type": "ok", "id": name, **values})

    def _refuse(self, name: Any, code: str, sentence: str, /, **about: Any) -> None:
        assert self._outgoing
        self._outgoing.send({"type": "refused", "id": name, "code": code, "message": sentence, **about})

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._works.add(task)
        task.add_done_callback(self._works.discard)


def _not_had(reached: QuotaReached | TypeRefused | UnknownKernel | OtherKernel) -> Refusal:
    """Why somebody does not get a machine, or not this kernel in theirs."""
    if isinstance(reached, UnknownKernel):
        return Refusal("no-kernel", str(reached), name=reached.name)
    if isinstance(reached, OtherKernel):
        return Refusal("other-kernel", str(reached), name=reached.name, present=reached.present)
    if isinstance(reached, QuotaReached):
        return Refusal("quota", str(reached), limit=reached.limit)
    return Refusal("kind", str(reached), name=reached.name)
