"""What pages ask of a session, wherever it is: in this process by a call, in another by a hint that is answered."""

import asyncio
import logging
import uuid
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import django.db

from runtimes.execution.hints import Message, hints
from runtimes.execution.models import Execution
from runtimes.execution.session import Session
from runtimes.execution.states import State
from runtimes.execution.threads import in_thread

logger = logging.getLogger(__name__)

PATIENCE = 9.0  # seconds for the agent
FAR_PATIENCE = 10.0  # seconds for a session in another process, with its agent
ROLL_CALL = 1.0
LOOK_EVERY = 2.0

NO_LINK = "The machine cannot be reached just now. What runs goes on; try again in a few seconds."
BUSY = "The kernel is busy: it answers when the running cell has ended."
STUCK = "The code has not reacted to the interruption yet. Wait, or restart the session to end it."
SLOW_RESTART = "The session is still restarting. If this lasts, disconnect and delete the runtime."
SLOW_MACHINE = "The machine has not answered yet; what was asked may still happen. Refresh in a while."
ANSWERED = "This question has been answered already."


class NotDone(Exception):
    """A command had no success; `code` and the sentence go to the page."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Sessions:
    """The sessions of this process."""

    def __init__(self) -> None:
        self._sessions: dict[UUID, Session] = {}
        self._asked: dict[str, asyncio.Future[Message]] = {}
        self._works: set[asyncio.Task[None]] = set()
        self._poll: asyncio.Task[None] | None = None
        self._hears_replies = False

    def find(self, runtime: UUID) -> Session | None:
        return self._sessions.get(runtime)

    async def add(self, session: Session) -> None:
        if older := self._sessions.get(session.runtime.pk):
            older.replaced()
        self._sessions[session.runtime.pk] = session
        if self._poll is None:
            self._poll = asyncio.create_task(self._look_for_runs())
        await hints().listen(_group(session.runtime.pk), self._hear)

    async def remove(self, session: Session) -> None:
        if self._sessions.get(session.runtime.pk) is session:
            del self._sessions[session.runtime.pk]
            await hints().unlisten(_group(session.runtime.pk), self._hear)
        if not self._sessions and self._poll:
            self._poll.cancel()
            self._poll = None

    async def command(self, runtime: UUID, command: Message) -> dict[str, Any]:
        """Have the session of `runtime` do something; raises NotDone with a sentence."""
        session = self.find(runtime)
        if session:
            return await obey(session, command)
        if await self.roll_call(runtime) is None:
            raise NotDone("no-link", NO_LINK)
        return await self._command_far(runtime, command)

    async def roll_call(self, runtime: UUID) -> dict[str, Any] | None:
        """How the kernel is, as the session of `runtime` knows it; None when no process holds the agent's link."""
        if session := self.find(runtime):
            return session.kernel()
        try:
            return await self._command_far(runtime, {"do": "roll-call"}, ROLL_CALL)
        except NotDone:
            return None

    def wake(self, runtime: UUID) -> None:
        """There is something to run."""
        hints().tell(_group(runtime), {"runtime": str(runtime), "command": {"do": "wake"}})

    async def _command_far(self, runtime: UUID, command: Message, patience: float = FAR_PATIENCE) -> dict[str, Any]:
        if not self._hears_replies:
            self._hears_replies = True
            await hints().listen(_replies(hints().process), self._hear_reply)
        name = uuid.uuid4().hex
        reply = self._asked[name] = asyncio.get_running_loop().create_future()
        message = {"runtime": str(runtime), "command": command, "name": name, "reply_to": hints().process}
        hints().tell_others(_group(runtime), message)
        try:
            answer = await asyncio.wait_for(reply, patience)
        except TimeoutError:
            raise NotDone("no-link", NO_LINK) from None
        finally:
            del self._asked[name]
        if "code" in answer:
            raise NotDone(answer["code"], answer["message"])
        return dict(answer["value"])

    def _hear(self, message: Message) -> None:
        session = self._sessions.get(UUID(message["runtime"]))
        if session:
            self._do(self._obey_far(session, message))

    async def _obey_far(self, session: Session, message: Message) -> None:
        try:
            answer: Message = {"value": await obey(session, message["command"])}
        except NotDone as refusal:
            answer = {"code": refusal.code, "message": str(refusal)}
        if reply_to := message.get("reply_to"):
            hints().tell_others(_replies(reply_to), {"name": message["name"], **answer})

    def _hear_reply(self, message: Message) -> None:
        waiting = self._asked.get(message["name"])
        if waiting and not waiting.done():
            waiting.set_result(message)

    async def _look_for_runs(self) -> None:
        """Find runs whose hint was lost, for all sessions of this process at once."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                waiting = await in_thread(_waiting, list(self._sessions))
            except django.db.Error:
                logger.warning("The database is away: lost runs are looked for again later.")
                continue
            for execution, runtime in waiting:
                session = self._sessions.get(runtime)
                if session and not session.knows(execution):
                    await session.wake()

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._works.add(task)
        task.add_done_callback(self._works.discard)


async def obey(session: Session, command: Message) -> dict[str, Any]:
    """Carry out a command of a page; raises NotDone."""
    match command:
        case {"do": "roll-call"}:
            return session.kernel()
        case {"do": "wake"}:
            await session.wake()
        case {"do": "interrupt"}:
            session.drop_queue()
            return await _ask(session, {"type": "interrupt"}, STUCK)
        case {"do": "restart"}:
            session.drop_queue("Not run: the session was restarted before it began.")
            return await _ask(session, {"type": "restart", "kernel": command.get("kernel", "")}, SLOW_RESTART)
        case {"do": "request", "message_type": kind, "content": content}:
            return await _ask(session, {"type": "request", "message_type": kind, "content": content}, BUSY)
        case {"do": "tool", "order": order}:
            return await _ask(session, order, SLOW_MACHINE)
        case {"do": "answer", "execution": execution, "value": value}:
            if not session.answer(UUID(execution), value):
                raise NotDone("answered", ANSWERED)
        case {"do": "comm", "frame": frame}:
            return await _ask(session, frame, BUSY)
    return {}


async def _ask(session: Session, command: Message, too_late: str) -> dict[str, Any]:
    try:
        reply = await session.asking.ask(command, PATIENCE)
    except TimeoutError:
        raise NotDone("timeout", too_late) from None
    if reply is None:
        raise NotDone("no-link", NO_LINK)
    if not reply.ok:
        raise NotDone(str(reply.value.get("code") or "not-done"), str(reply.value.get("reason") or NO_LINK))
    if reply.value.get("responding") is False:
        raise NotDone("timeout", STUCK)
    return reply.value


def _waiting(runtimes: list[UUID]) -> list[tuple[UUID, UUID]]:
    states = [State.QUEUED.value, State.SENT.value]
    rows = Execution.objects.filter(runtime__in=runtimes, state__in=states)
    return [(execution, runtime) for execution, runtime in rows.values_list("pk", "runtime") if runtime]


def _group(runtime: UUID) -> str:
    return f"session.{runtime}"


def _replies(process: str) -> str:
    return f"replies.{process}"


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Sessions] = WeakKeyDictionary()


def sessions() -> Sessions:
    return _by_loop.setdefault(asyncio.get_running_loop(), Sessions())
