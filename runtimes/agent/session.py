"""The kernel session of this box: it does what the platform asks and tells what the kernel says."""

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .config import Config
from .deaths import Death, Exit, explain
from .executions import Execution, Executions
from .kernels import Kernel, KernelDidNotStart
from .messages import Message
from .outbox import Outbox
from .resources import Resources
from .spool import Spool

SILENCE = 3  # seconds without the other half, when the kernel has said only one of "replied" and "idle"
SETTLING = 0.5  # seconds from a kernel's word that it begins: R's is ended by a signal that comes in between
SOON = 0.5  # seconds from an interrupt, or from the word that is left, within which our own kernel says the rest
REACTION = 10  # seconds in which code must react to an interrupt
LAST_OUTPUT = 0.2  # seconds of silence after which a dead kernel's output has all been read
SHELL = frozenset({"complete_request", "inspect_request", "is_complete_request", "comm_info_request"})
REQUESTS = SHELL | {"variables_request"}
# What our own kernel answers beside the code that it runs.
BESIDE = frozenset({"complete_request", "inspect_request", "variables_request"})
COMMS = frozenset({"comm_open", "comm_msg", "comm_close"})
NO_VARIABLES = "This kernel does not tell its variables. In a notebook of Python they are listed here."
NO_REACTION = "The code does not react to the interruption. Restart the session to end it."


@dataclass(slots=True)
class Running:
    """What the kernel has said so far of the execution that it has: it is done when it both replied and is idle."""

    execution: Execution
    begun: asyncio.Event
    done: asyncio.Future[None]
    reply: dict[str, Any] | None = None
    failed: bool = False  # an error was published
    idle: bool = False
    is_interrupted: bool = False


class Session:
    def __init__(self, config: Config, spool: Spool, resources: Resources) -> None:
        self.over = asyncio.Event()  # the platform asked us to end
        self.started = asyncio.Event()  # the first kernel is ready, or will never be
        self.welcomed = asyncio.Event()  # the platform has taken us up
        self.lifetime = config.lifetime_seconds
        if not config.waits_seconds:
            self.welcomed.set()
        self._config = config
        self._spool = spool
        self._outbox = Outbox(spool)
        self._resources = resources
        self._kernel: Kernel | None = None
        self._kernel_name = config.kernel
        self._kernel_state = "starting"
        self._session = ""
        self._why = ""  # the kernel did not start
        self._oom_kills = 0
        self._executions = Executions()
        self._queued = asyncio.Event()
        self._running: Running | None = None
        self._rest = asyncio.Event()  # nothing runs
        self._rest.set()
        self._changing = asyncio.Lock()  # held while a kernel is started, stopped or mourned
        self._input_of: str | None = None  # the execution that waits for input
        self._asked: dict[str, str] = {}  # request to the kernel → command that it answers
        self._comms: dict[str, str] = {}  # a widget's message to the kernel → command that is answered when it is idle
        self._works = asyncio.TaskGroup()

    def welcome(self, frame: dict[str, Any]) -> None:
        """The platform has taken us up; a box that was kept warm learns now for how long."""
        if not self.welcomed.is_set() and isinstance(frame.get("lifetime"), int | float):
            self.lifetime = min(self.lifetime, float(frame["lifetime"]))
        self.welcomed.set()

    def hello(self) -> dict[str, Any]:
        return {"session": self._session, "kernel": self._kernel_state, "kernelspec": self._kernel_name}

    async def run(self) -> None:
        """Start the kernel, then run what is queued, for ever."""
        async with self._works:
            async with self._changing:
                await self._start_kernel(imports=self._config.imports)
            self.started.set()
            if self._kernel is None and not self.welcomed.is_set():
                self.over.set()  # nobody has use for it
            while True:
                await self._queued.wait()
                if self._kernel is None:
                    await self._ensure_kernel()
                await self._run_next()

    async def close(self) -> None:
        async with self._changing:
            kernel, self._kernel = self._kernel, None
            if kernel:
                await kernel.stop(politely=self._running is None)
            self._abort("The machine was shut down.")

    # What the platform asks.

    def obey(self, command: dict[str, Any]) -> None:
        """Carry out a command, or begin to; one that we do not know or that lacks something is left alone."""
        match command:
            case {"type": "execute", "execution": str(execution), "code": str(code)}:
                self._accept(execution, code, command)
            case {"type": "cancel", "executions": list(executions)}:
                self._cancelled(self._executions.cancel(executions), "It was cancelled before it began.")
            case {"type": "interrupt", "id": str(command_id)}:
                self._begin(self._interrupt(command_id))
            case {"type": "restart", "id": str(command_id)}:
                named = command.get("kernel")
                self._begin(self._restart(command_id, named if isinstance(named, str) else ""))
            case {"type": "request", "id": str(command_id), "message_type": str(kind), "content": dict(content)}:
                self._request(command_id, kind, content)
            case {"type": "input_reply", "execution": str(execution), "value": str(value)}:
                self._give_input(execution, value)
            case {"type": "comm", "message_type": str(kind), "content": dict(content)} if kind in COMMS:
                self._comm(kind, content, command)
            case {"type": "shutdown"}:
                self.over.set()

    def _accept(self, execution_id: str, code: str, options: dict[str, Any]) -> None:
        execution = Execution(
            execution_id,
            code,
            store_history=bool(options.get("store_history", True)),
            allow_stdin=bool(options.get("allow_stdin", True)),
            stop_on_error=bool(options.get("stop_on_error", True)),
            batch=str(options.get("batch") or ""),
        )
        if self._executions.accept(execution):
            self._queued.set()

    async def _interrupt(self, command_id: str) -> None:
        self._cancelled(self._executions.cancel_waiting(), "It was interrupted before it began.")
        running, kernel = self._running, self._kernel
        if running and kernel:
            is_early = kernel.answers_beside and not running.begun.is_set()
            # ipykernel ignores the signal until it has begun.
            await first_of(SILENCE, running.begun.wait(), running.done)
            if not kernel.answers_beside:
                await first_of(SETTLING, running.done)
            running.is_interrupted = True
            await kernel.interrupt()
            if is_early:  # it may have come between two steps of the kernel's own, where nobody minds it
                await first_of(SOON, self._rest.wait())
                if self._running is running:
                    await kernel.interrupt()
            await first_of(REACTION, self._rest.wait())
        responding = self._running is not running or running is None
        if not responding:
            self._outbox.kernel("busy", self._session, self._kernel_name, reason=NO_REACTION)
        self._outbox.reply(command_id, True, {"responding": responding})

    async def _restart(self, command_id: str, kernel_name: str) -> None:
        """End the kernel and start one anew: the same, or the one that is named."""
        async with self._changing:
            self._kernel_name = kernel_name or self._kernel_name
            kernel, self._kernel = self._kernel, None
            self._cancelled(self._executions.cancel_waiting(), "The session was restarted before it began.")
            if kernel:
                await kernel.stop(politely=self._running is None)
            self._abort("The session was restarted.")
            started = await self._start_kernel(cause="restart")
        self._outbox.reply(command_id, started, {"session": self._session, "reason": self._why})

    def _request(self, command_id: str, kind: str, content: dict[str, Any]) -> None:
        kernel = self._kernel
        if kernel and kind == "variables_request" and not kernel.answers_beside:
            self._outbox.reply(command_id, False, {"code": "no-variables", "reason": NO_VARIABLES})
            return
        if kernel is None or kind not in REQUESTS:
            self._outbox.reply(command_id, False, {"reason": f"No kernel answers {kind} now."})
            return
        is_beside = kernel.answers_beside and kind in BESIDE and (self._running is not None or kind not in SHELL)
        self._asked[kernel.send("control" if is_beside else "shell", kind, content)] = command_id

    def _give_input(self, execution: str, value: str) -> None:
        if self._kernel and self._input_of == execution:
            self._input_of = None
            self._kernel.send("stdin", "input_reply", {"value": value})

    def _comm(self, kind: str, content: dict[str, Any], command: dict[str, Any]) -> None:
        """A widget's message; who gave it an id hears when the kernel has done what follows from it."""
        command_id = command.get("id")
        if self._kernel:
            buffers = [b64decode(buffer) for buffer in command.get("buffers", [])]
            named, metadata = command.get("message") or None, command.get("metadata")
            sent = self._kernel.send("shell", kind, content, message_id=named, metadata=metadata, buffers=buffers)
            if isinstance(command_id, str):
                self._comms[sent] = command_id
        elif isinstance(command_id, str):
            self._outbox.reply(command_id, False, {"reason": "There is no kernel now."})

    # Running.

    async def _run_next(self) -> None:
        execution = self._executions.start()
        if execution is None:
            self._queued.clear()
            return
        kernel = self._kernel
        if kernel is None:
            self._executions.end()
            self._outbox.finished(execution.id, "aborted", reason=self._why)
            return
        running = self._hand_over(kernel, execution)
        news: set[asyncio.Future[Any]] = {running.done, kernel.exited}
        await asyncio.wait(news, return_when=asyncio.FIRST_COMPLETED)
        if not running.done.done() and running.reply is None:
            await self._rest.wait()  # whoever ended the kernel, or mourns it, says so
        elif self._running is running:
            self._finish(running)

    def _hand_over(self, kernel: Kernel, execution: Execution) -> Running:
        running = Running(execution, asyncio.Event(), asyncio.get_running_loop().create_future())
        self._running = running
        self._rest.clear()
        content = {
            "code": execution.code,
            "silent": False,
            "store_history": execution.store_history,
            "user_expressions": {},
            "allow_stdin": execution.allow_stdin,
            "stop_on_error": False,  # nothing waits in the kernel; our own queue stops
        }
        kernel.send("shell", "execute_request", content, message_id=execution.id)
        self._outbox.accepted(execution.id)
        if self._kernel_state != "busy":
            self._tell_kernel("busy")
        self._oom_kills = self._resources.oom_kills()
        return running

    def _one_half(self, kernel: Kernel, running: Running) -> None:
        """It replied, or it is idle. The other half follows at once, or is not waited for after a long silence."""
        if running.reply is not None and running.idle:
            self._conclude(running)
        else:
            # Interrupted on the way to the code, ipykernel gives no reply and is idle.
            patience = SOON if running.is_interrupted and running.idle else SILENCE
            asyncio.get_running_loop().call_later(patience, self._lose_patience, kernel, running)

    def _lose_patience(self, kernel: Kernel, running: Running) -> None:
        if running.reply is not None and (left := SILENCE - kernel.silence()) > 0:
            asyncio.get_running_loop().call_later(left, self._lose_patience, kernel, running)
        else:
            self._conclude(running)

    def _conclude(self, running: Running) -> None:
        if not running.done.done():
            running.done.set_result(None)

    def _finish(self, running: Running) -> None:
        execution = running.execution
        reply = running.reply or {}
        status = reply["status"] if reply.get("status") in ("ok", "error") else "aborted"
        reason = ""
        if running.reply is None:
            reason = "It was interrupted." if running.is_interrupted else "The kernel gave no answer."
        if status == "error" and not (running.failed or (self._kernel and self._kernel.answers_beside)):
            self._outbox.error(execution.id, reply)  # Deno publishes none for code that it cannot read
        self._stand_down()
        self._outbox.finished(execution.id, status, reply.get("execution_count"), reason)
        if status != "ok":
            self._cancelled(self._executions.cancel_batch(execution), "An execution before it failed.")
        if not self._executions.waiting:
            self._tell_kernel("idle")

    def _stand_down(self) -> None:
        self._executions.end()
        self._running = None
        self._input_of = None
        self._rest.set()

    def _abort(self, reason: str) -> None:
        """Nothing that runs or waits in the ended kernel goes on."""
        if self._running:
            execution = self._running.execution
            self._stand_down()
            self._outbox.finished(execution.id, "aborted", reason=reason)
        for command_id in (*self._asked.values(), *self._comms.values()):
            self._outbox.reply(command_id, False, {"reason": reason})
        self._asked.clear()
        self._comms.clear()

    def _cancelled(self, executions: list[str], reason: str) -> None:
        for execution in executions:
            self._outbox.finished(execution, "aborted", reason=reason)

    # What the kernel says.

    def _hear(self, kernel: Kernel, message: Message) -> None:
        running = self._running if self._running and self._running.execution.id == message.parent else None
        execution = message.parent if self._executions.knows(message.parent) else None
        match message.channel, message.kind:
            case "iopub", "status":
                if message.content.get("execution_state") == "idle":
                    if message.parent in self._comms:
                        self._outbox.reply(self._comms.pop(message.parent), True, {})
                    if running:
                        running.idle = True
                        self._one_half(kernel, running)
            case "iopub", "iopub_welcome":
                pass
            case "shell", "execute_reply":
                if message.content.get("payload"):
                    self._outbox.message(message, execution)
                if running:
                    running.reply = message.content
                    self._one_half(kernel, running)
            case "shell" | "control", _:
                if message.parent in self._asked:
                    self._outbox.reply(self._asked.pop(message.parent), True, message.content)
            case "stdin", "input_request":
                self._input_of = message.parent
                self._outbox.message(message, execution)
            case "iopub", kind:
                if running and kind == "execute_input":
                    running.begun.set()
                elif running and kind == "error":
                    running.failed = True
                self._outbox.message(message, execution)

    # The kernel's life.

    async def _ensure_kernel(self) -> None:
        async with self._changing:
            if self._kernel is None and self._executions.waiting:
                await self._start_kernel()

    async def _start_kernel(self, cause: str = "", imports: Sequence[str] = ()) -> bool:
        """Start a kernel while holding `_changing`; afterwards there is one, or `_why` says why there is none."""
        kernel = Kernel(self._kernel_name, self._config.content, self._config.scratch, self._spool, imports)
        kernel.listen = partial(self._hear, kernel)
        self._session, self._why = kernel.session, ""
        self._tell_kernel("starting", cause=cause)
        try:
            await kernel.start()
        except KernelDidNotStart as problem:
            await kernel.stop(politely=False)
            self._why = str(problem)
            self._kernel_state = "dead"
            self._outbox.death(self._session, Death("exit", self._why, {}))
            return False
        self._kernel = kernel
        self._oom_kills = self._resources.oom_kills()
        self._tell_kernel("idle")
        self._begin(self._mourn(kernel))
        return True

    async def _mourn(self, kernel: Kernel) -> None:
        """When a kernel ends that we did not end: say why, and give up what it had to do."""
        exited = await kernel.exited
        async with self._changing:
            if self._kernel is not kernel:
                return
            await kernel.quiet(LAST_OUTPUT)
            if not self.welcomed.is_set():
                self.over.set()  # this box was to be kept warm
            death = await self._explain(exited)
            await kernel.stop(politely=False)
            self._kernel = None
            self._kernel_state = "dead"
            self._outbox.death(kernel.session, death)
            self._abort(death.reason)
            self._cancelled(self._executions.cancel_waiting(), "The kernel ended before it began.")

    async def _explain(self, exited: Exit) -> Death:
        killed = exited.signal == 9 and await self._resources.saw_oom(self._oom_kills)
        return explain(exited, killed, self._resources.read())

    def _tell_kernel(self, state: str, cause: str = "") -> None:
        self._kernel_state = state
        if not self.welcomed.is_set():
            return  # our hello will say it
        self._outbox.kernel(state, self._session, self._kernel_name, cause=cause)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Work beside the queue; a bug in it ends the agent, and is told."""
        self._works.create_task(work)


async def first_of(seconds: float, *awaitables: Awaitable[Any]) -> None:
    """Wait for the first of these, at most so long."""
    futures = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
    await asyncio.wait(futures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for future, awaitable in zip(futures, awaitables, strict=True):
        if future is not awaitable:  # a task of our own
            future.cancel()
