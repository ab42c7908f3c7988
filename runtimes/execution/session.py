"""A runtime's session: it writes down what the machine's agent says, and gives the agent what is to be done.

The process that holds a runtime's agent link *is* its session. There is no lease and no election: `open_session` has
raised the runtime's generation, every commit of ours names it, and when a newer link has raised it again our next
commit changes no row and we close (4408). So at most one session writes, wherever the agent has connected.

Frames come in order, numbered by the agent. Handling one only changes memory: the writer of an execution's outputs,
new values for its row, the runtime's kernel. A *record* then takes everything since the last one and commits it in one
transaction, together with the number of the last frame it covers (`runtime.received`). Only after that the agent may
forget these frames (`ack`), and pages hear of them (`hub.announce`). Wherever we crash, either the record is committed,
and the next session's `welcome` says so, or the agent sends the frames again to a session that has read the log as it
was before. Nothing is missing and nothing is there twice.

When to commit is a matter of taste: the first output after a pause at once, because somebody is looking; then at most
twenty times a second; an ending at once; that the kernel is busy, or nothing at all but a number, when there is time.
Frames that arrive while a record is being committed make the next one.

What is to be run waits in the database, in the order in which it was accepted, and goes to the agent one at a time: the
next is marked as sent in the same commit that ends the one before. So a failed run can end the rest of its batch before
any of it was sent, and after a crash it is certain what can have begun. An execution is sent again only as long as
the agent is the same process, which knows the ids it has seen; what an older process had is ended with a sentence.

All trouble with the database ends the link (4409). The agent dials again, with pauses, and the next session begins from
what is committed: one way to recover, which is exercised every day, instead of several.
"""

import asyncio
import logging
from typing import Any
from uuid import UUID

import django.db
from django.conf import settings
from django.db.models.functions import Now

from runtimes.allocation.models import Runtime
from runtimes.execution import hub
from runtimes.execution.asking import Asking, Link, execute_order
from runtimes.execution.cadence import Cadence
from runtimes.execution.displays import Displays
from runtimes.execution.frames import operation_frames, row_frame
from runtimes.execution.machine import Machine
from runtimes.execution.messages import (
    Accepted,
    AgentFrame,
    BadFrame,
    Finished,
    KernelMessage,
    KernelNews,
    Pong,
    Reply,
    Resources,
    read_agent_frame,
)
from runtimes.execution.models import Execution
from runtimes.execution.opening import Opened, read_queue
from runtimes.execution.outputs import display_id
from runtimes.execution.packing import pack
from runtimes.execution.pages import input_request, tell_kernel, tell_pages
from runtimes.execution.parts import Parts
from runtimes.execution.queue import RunQueue
from runtimes.execution.record import Fenced, Record, write_record
from runtimes.execution.states import State
from runtimes.execution.threads import in_thread
from runtimes.execution.tracked import Tracked, load
from runtimes.execution.widgets import Widgets

logger = logging.getLogger(__name__)

REPLACED, RESYNC, DISTRUSTED = 4408, 4409, 4403
SOON = 0.03
IN_TIME = 0.5
REMEMBERED = 64  # finished executions, for what they print late
FORGERIES = 20
KERNEL = {"state": "kernel", "session": "session", "cause": "kernel_cause", "kernelspec": "kernelspec"}

CUT_SHORT = "Not run: a cell before it failed."
KERNEL_ENDED = "Not run: the kernel ended before it began."
INTERRUPTED = "Interrupted before it began."
RESTARTED = "The session was restarted."
STATES = {"ok": State.DONE, "error": State.FAILED, "aborted": State.ABORTED}


class Session:
    def __init__(self, runtime: Runtime, opened: Opened, link: Link) -> None:
        self.runtime = runtime
        self.link = link
        self._loop = asyncio.get_running_loop()
        self._generation, self._lifetime = opened.generation, opened.lifetime
        self._taken = self._handled = runtime.received
        self._parts = Parts()
        self._tracked = {tracked.id: tracked for tracked in opened.unfinished}
        self._runs = RunQueue(opened.unfinished)
        self._last = self._runs.current
        self._displays = Displays(opened.displays)
        self._machine = Machine()
        self._answered: set[UUID] = set()
        self._widgets = Widgets(runtime.pk, link)
        self._cadence = Cadence(self._record)
        self._acknowledged = self._taken
        self.asking = Asking(link)
        self._is_over = False
        self._forgeries = 0
        for row in opened.ended:
            hub.announce(row.audience, row_frame(row.public()))

    def begin(self) -> None:
        """Welcome the agent and give it what it should have."""
        unfinished = [str(tracked.id) for tracked in self._tracked.values() if tracked.row.state != State.QUEUED]
        self.link.send(
            {
                "type": "welcome",
                "generation": self._generation,
                "received": self._taken,
                "executions": unfinished,
                "window": settings.TOMONI_AGENT_WINDOW_BYTES,
                "lifetime": self._lifetime,
            }
        )
        if self._runs.current and self._runs.current.row.state == State.SENT:
            self.link.send(execute_order(self._runs.current.row))
        tell_kernel(self.runtime.pk, self.kernel())
        self._advance()

    def replaced(self) -> None:
        """A newer link of the same agent has come to this process."""
        self._give_up(REPLACED)

    async def close(self) -> None:
        """The link is gone: finish the commit under way, write down nothing more."""
        self._is_over = True
        self.asking.end()
        await self._cadence.end()

    # What the agent says.

    async def receive(self, frame: dict[str, Any]) -> None:
        """Take in a frame; one that is not as the protocol has it is written down as such and has no effect."""
        if "n" in frame and not self._is_next(frame["n"]):
            return
        try:
            parsed = read_agent_frame(frame)
            whole = self._parts.join(parsed, is_numbered="n" in frame)
            if whole is not None:
                await self._handle(whole)
        except BadFrame as problem:
            self._distrust(str(problem))
        if "n" in frame and self._parts.is_empty:
            self._handled = self._taken
            self._cadence.due(IN_TIME)

    def _is_next(self, number: Any) -> bool:
        if not isinstance(number, int) or isinstance(number, bool) or number > self._taken + 1:
            logger.warning("Runtime %s: frame %r after %s: closing.", self.runtime.pk, number, self._taken)
            self.link.close(RESYNC)
            self._is_over = True
        if self._is_over or number <= self._taken:
            return False
        self._taken = number
        return True

    async def _handle(self, frame: AgentFrame) -> None:
        match frame:
            case KernelMessage():
                await self._hear(frame)
            case Accepted(execution):
                tracked = await self._find(execution)
                if tracked.row.state in {State.SENT, State.QUEUED}:
                    tracked.begin(self.runtime.session)
                    self._cadence.due(SOON)
            case Finished(execution, status, count, reason):
                self._finish(await self._find(execution), STATES[status], reason, count)
            case KernelNews():
                self._note_kernel(frame)
            case Reply():
                self.asking.settle(frame)
            case Resources(figures):
                tell_pages(self.runtime.pk, {"type": "resources", **figures})
                if self._machine.measure(figures, self._loop.time()):
                    self._cadence.due(IN_TIME)
            case Pong():
                pass

    async def _hear(self, message: KernelMessage) -> None:
        if self._widgets.take(message):
            return
        tracked = await self._find(message.execution) if message.execution else self._last
        if tracked is None:
            return
        if tracked.id in self._answered:
            self._answered.discard(tracked.id)
            tracked.set(prompt=None)  # it goes on, so the answer has arrived
        match message.kind, message.content:
            case "execute_input", {"execution_count": int(count)} if 0 <= count < 2**31:
                tracked.set(count=count)
            case "input_request", {"prompt": str(prompt)}:
                self._ask(tracked, prompt, password=message.content.get("password") is True)
            case "update_display_data", content:
                if await self._update_displays(display_id(content), content):
                    self._cadence.due_for_output()
            case "execute_reply", {"payload": list(payload)}:
                self._show_pages(tracked, payload)
            case kind, content:
                await self._print(tracked, kind, content)

    async def _print(self, tracked: Tracked, kind: str, content: dict[str, Any]) -> None:
        name = display_id(content) if kind in {"display_data", "execute_result"} else ""
        if name:
            await self._update_displays(name, content)
            self._displays.add(name, tracked.id)
        if tracked.feed(kind, content):
            self._cadence.due_for_output()

    async def _update_displays(self, name: str, content: dict[str, Any]) -> bool:
        """Bring what is displayed under `name` up to date, in whichever cell it was displayed."""
        shown = [await self._find(execution) for execution in self._displays.where(name)]
        updated = [tracked.update_display(name, content) for tracked in shown]
        return any(updated)

    def _show_pages(self, tracked: Tracked, payload: list[Any]) -> None:
        """What `name?` answers: a page of text, which people see as an output."""
        for entry in payload:
            if isinstance(entry, dict) and entry.get("source") == "page":
                tracked.feed("display_data", {"data": entry.get("data"), "metadata": {}})
                self._cadence.due_for_output()

    def _finish(self, tracked: Tracked, state: State, reason: str, count: int | None = None) -> None:
        if tracked.is_unfinished:
            self._last = tracked
            tracked.end(state, reason, count)
            if state == State.FAILED:
                self._runs.drop(self._runs.batch_of(tracked), CUT_SHORT)
            self._machine.fields["last_activity_at"] = Now()
        if tracked is self._runs.current:
            self._runs.current = None
            self._advance()
        self._cadence.due(0)

    def _note_kernel(self, news: KernelNews) -> None:
        is_new, current = news.session != self.runtime.session, self._runs.current
        self._machine.note_kernel(news, is_new=is_new)
        self.runtime.kernel, self.runtime.session, self.runtime.kernel_cause = news.state, news.session, news.cause
        self.runtime.kernelspec = news.kernelspec or self.runtime.kernelspec
        tell_kernel(self.runtime.pk, self.kernel())
        if is_new:
            self._widgets.forget()
        if news.state == "dead":
            self._runs.drop(self._runs.waiting, KERNEL_ENDED)
            if current:
                self._finish(current, State.FAILED, news.reason)
        elif is_new and current and current.row.state == State.RUNNING:
            self._finish(current, State.ABORTED, RESTARTED)
        if news.state in {"dead", "starting"} or is_new:
            self._cadence.due(0)

    def _ask(self, tracked: Tracked, prompt: str, *, password: bool) -> None:
        tracked.set(prompt=pack({"prompt": prompt, "password": password}))
        self._cadence.due(0)  # pages are asked when it is committed, so that one which opens just now is asked too

    async def _find(self, execution: UUID) -> Tracked:
        """The execution, which has to be one of this runtime."""
        if execution not in self._tracked:
            tracked = await in_thread(load, self.runtime.pk, execution)
            if tracked is None:
                raise BadFrame(f"{execution} is no execution of this machine.")
            self._tracked.setdefault(execution, tracked)
        return self._tracked[execution]

    def _distrust(self, problem: str) -> None:
        """A bad frame has no effect. A machine that sends many of them is not what we gave to its owner."""
        self._forgeries += 1
        logger.warning("Runtime %s of %s: bad frame: %s", self.runtime.pk, self.runtime.owner_id, problem)
        if self._forgeries >= FORGERIES:
            self._is_over = True
            self.link.close(DISTRUSTED)

    # What is to be run.

    def claim(self) -> bool:
        """True when a run may go to the agent at once; then `hand_over` or `unclaim` follows."""
        return not self._is_over and self._runs.claim()

    def unclaim(self) -> None:
        self._runs.unclaim()
        self._advance()

    def hand_over(self, row: Execution) -> None:
        """Run this, whose row says already that it is sent. If our link has gone meanwhile, the next one finds it."""
        self._runs.unclaim()
        self._runs.current = self._tracked[row.pk] = Tracked(row)
        self.link.send(execute_order(self._runs.current.row))

    def enqueue(self, *rows: Execution) -> None:
        """Run these when those before them have ended."""
        for row in rows:
            if not self.knows(row.pk) and self._runs.takes(row.state):
                self._tracked[row.pk] = Tracked(row)
                self._runs.add(self._tracked[row.pk])
        self._advance()

    async def wake(self) -> None:
        """Look for what was queued meanwhile."""
        try:
            rows = await in_thread(read_queue, self.runtime.pk)
        except django.db.Error:
            self.link.close(RESYNC)
            return
        self.enqueue(*rows)

    def knows(self, execution: UUID) -> bool:
        return execution in self._tracked

    def drop_queue(self, reason: str = INTERRUPTED) -> None:
        """Nothing that waits is run, and nothing that was chosen but is not out yet."""
        self._runs.drop(self._runs.waiting, reason)
        if self._runs.current and self._runs.current in self._runs.chosen:
            self._finish(self._runs.current, State.ABORTED, reason)
        self._cadence.due(0)

    def _advance(self) -> None:
        """Choose the next to run; it is sent when that is committed."""
        if self._runs.choose():
            self._cadence.due(0)

    # What pages ask.

    def kernel(self) -> dict[str, Any]:
        """How the kernel is and what it asks, sooner than it is committed."""
        questions = [input_request(tracked.row) for tracked in self._tracked.values() if self._is_asking(tracked)]
        state = {name: getattr(self.runtime, field) for name, field in KERNEL.items()}
        return {**state, "questions": questions}

    def _is_asking(self, tracked: Tracked) -> bool:
        return tracked.row.prompt is not None and tracked.id not in self._answered

    def answer(self, execution: UUID, value: str) -> bool:
        """Give the kernel what it asked for; False when nobody asks, or somebody has answered already."""
        tracked = self._tracked.get(execution)
        if tracked is None or not self._is_asking(tracked):
            return False
        self._answered.add(execution)
        self.link.send({"type": "input_reply", "execution": str(execution), "value": value})
        tell_pages(self.runtime.pk, {"type": "input_done", "execution": str(execution)})
        return True

    # Committing.

    async def _record(self) -> None:
        now = self._loop.time()
        dirty = [tracked for tracked in self._tracked.values() if tracked.is_dirty]
        changes = [tracked.take_change(now) for tracked in dirty]
        fields, notes = self._machine.take()
        chosen = list(self._runs.chosen)
        received = self._handled
        record = Record(self.runtime.pk, self._generation, received, fields, [change for change, _ in changes], notes)
        try:
            await in_thread(write_record, record)
        except Fenced:
            self._give_up(REPLACED)
            return
        except (django.db.Error, OSError) as problem:
            logger.warning("Runtime %s: not committed, the agent will say it again: %s", self.runtime.pk, problem)
            self._give_up(RESYNC)
            return
        self._after_commit(received, chosen)
        for tracked, (change, row) in zip(dirty, changes, strict=True):
            if change.flush:
                first, ops = change.flush.first, change.flush.ops
                for frame in operation_frames(change.audience, str(tracked.id), first - 1, ops):
                    hub.announce(change.audience, frame)
            if row:
                hub.announce(change.audience, row_frame(row))
            if change.fields.get("prompt") and self._is_asking(tracked):
                tell_pages(self.runtime.pk, input_request(tracked.row))
        self._go_on()

    def _after_commit(self, received: int, chosen: list[Tracked]) -> None:
        if received > self._acknowledged and not self._is_over:
            self._acknowledged = received
            self.link.send({"type": "ack", "n": received})
        for tracked in chosen:
            self._runs.chosen.remove(tracked)
            if tracked.is_unfinished:
                self.link.send(execute_order(tracked.row))

    def _go_on(self) -> None:
        """Plan what is told later than it is known, and forget what is long over."""
        if any(tracked.writer.is_behind for tracked in self._tracked.values()):
            self._cadence.due(IN_TIME)
        finished = [tracked for tracked in self._tracked.values() if not tracked.is_unfinished and not tracked.is_dirty]
        for tracked in finished[: max(0, len(finished) - REMEMBERED)]:
            del self._tracked[tracked.id]

    def _give_up(self, code: int) -> None:
        self._is_over = True
        self._cadence.stop()
        self.link.close(code)
