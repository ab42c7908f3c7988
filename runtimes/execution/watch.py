"""What one tab sees of its person's machine: the status frame, kept up to date from the row, the session and hints."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django.db
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from runtimes.allocation.models import Runtime
from runtimes.allocation.news import news_group
from runtimes.allocation.services import note_seen
from runtimes.allocation.showing import Shown, latest, public
from runtimes.allocation.states import Status
from runtimes.execution import hub
from runtimes.execution.audiences import alone
from runtimes.execution.commands import sessions
from runtimes.execution.hints import Message, hints
from runtimes.execution.models import Execution
from runtimes.execution.pages import input_request, page_group
from runtimes.execution.threads import in_thread

logger = logging.getLogger(__name__)

ON_THE_WAY = {Status.REQUESTED.value, Status.STARTING.value, Status.STOPPING.value}
LOOK_EVERY = 20.0
SLOW = "Connecting takes longer than it should. It goes on by itself; Retry asks for the machine once more."

Frame = dict[str, Any]


class RuntimeWatch:
    def __init__(self, user: User, audience: str, send: Callable[[Frame], None]) -> None:
        self._user = user
        self._audience = audience
        self._send = send
        self._shown: Shown | None = None
        self._looked_at = float("-inf")
        self._is_linked = True
        self._said: Frame | None = None
        self._asked: dict[str, Frame] = {}  # the questions that the page shows, by execution
        self._heard: UUID | None = None  # the runtime whose session we listen to
        self._patience_from = timezone.now()
        self._looking = asyncio.Lock()
        self._looks: set[asyncio.Task[None]] = set()

    @property
    def _runtime(self) -> Runtime | None:
        return self._shown.runtime if self._shown else None

    @property
    def live_runtime(self) -> Runtime | None:
        """The machine that takes runs, as far as we know."""
        runtime = self._runtime
        return runtime if runtime and runtime.is_live and runtime.state != Status.STOPPING else None

    def public(self) -> Frame | None:
        return public(self._shown.runtime, self._shown.place, self._shown.ending) if self._shown else None

    async def begin(self) -> None:
        """Say how things are, and from now on how they change."""
        await hints().listen(news_group(self._audience), self._on_news)
        await hub.subscribe(alone(self._audience, self._user.pk), self._on_execution)
        try:
            await self.look()
        except django.db.Error:
            logger.warning("The database is away: the status follows.")
            return
        self._say_status()

    async def end(self) -> None:
        for task in tuple(self._looks):
            task.cancel()
        await hints().unlisten(news_group(self._audience), self._on_news)
        await hub.unsubscribe(alone(self._audience, self._user.pk), self._on_execution)
        await self._listen_to(None)

    async def look(self) -> None:
        """Read the row again, and say what has changed."""
        async with self._looking:
            before = self._runtime
            self._shown = await in_thread(_see, self._user, self._audience)
            self._looked_at = asyncio.get_running_loop().time()
            runtime = self._runtime
            is_other = (before and before.pk) != (runtime and runtime.pk)
            if is_other or (runtime and not runtime.is_live):
                await self._listen_to(runtime.pk if runtime and runtime.is_live else None)
            self._say_status()
        if is_other and runtime and runtime.is_live:
            await self._ask_questions_again(runtime)

    async def heal(self) -> None:
        """Look again where a hint may have been lost."""
        runtime = self._runtime
        try:
            if runtime is None or runtime.state in ON_THE_WAY or self._said is None or self._is_due():
                await self.look()
            elif runtime.is_live:
                await self._call(runtime)
        except django.db.Error:
            logger.warning("The database is away: the status follows.")

    def _is_due(self) -> bool:
        """The row is to be looked at once more: its clocks run, and whoever sweeps has to know that a page is open."""
        ends_soon = self._shown is not None and self._shown.ending is not None
        return ends_soon or asyncio.get_running_loop().time() > self._looked_at + LOOK_EVERY

    async def _call(self, runtime: Runtime) -> None:
        """Ask the session itself."""
        kernel = await sessions().roll_call(runtime.pk)
        if kernel and not self._is_linked:
            await self.look()
        self._is_linked = kernel is not None
        self._note_kernel(kernel)
        self._say_status()

    def be_patient_again(self) -> None:
        self._patience_from = timezone.now()

    def _on_news(self, message: Message) -> None:
        self._do(self._look_safely())

    def _on_execution(self, frame: Frame) -> None:
        """A machine's owner hears of their own runs here too."""
        if frame["type"] == "execution" and (frame["execution"]["by"] or {}).get("id") == self._user.pk:
            self._send(frame)

    def _on_session(self, message: Message) -> None:
        if frame := message.get("frame"):
            self._pass_on(frame)
        if "link" in message:
            self._is_linked = message["link"]
        self._note_kernel(message.get("kernel"))
        self._say_status()

    def _pass_on(self, frame: Frame) -> None:
        if frame["type"] == "input_request":
            self._asked[frame["execution"]] = frame
        elif frame["type"] == "input_done":
            self._asked.pop(frame["execution"], None)
        self._send(frame)

    def _note_kernel(self, kernel: Frame | None) -> None:
        """What the session knows sooner than the row says it."""
        if not kernel or not self._runtime:
            return
        self._note_questions({frame["execution"]: frame for frame in kernel["questions"]})
        self._runtime.kernel, self._runtime.session = kernel["state"], kernel["session"]
        self._runtime.kernel_cause, self._runtime.kernelspec = kernel["cause"], kernel["kernelspec"]
        if self._runtime.state in ON_THE_WAY:
            self._do(self._look_safely())

    def _note_questions(self, questions: dict[str, Frame]) -> None:
        """Make good what a lost hint would have said."""
        for execution in self._asked.keys() - questions.keys():
            self._pass_on({"type": "input_done", "execution": execution})
        for execution, frame in questions.items():
            if self._asked.get(execution) != frame:
                self._pass_on(frame)

    async def _look_safely(self) -> None:
        try:
            await self.look()
        except django.db.Error:
            logger.warning("The database is away: the status follows.")

    async def _listen_to(self, runtime: UUID | None) -> None:
        if runtime == self._heard:
            return
        if self._heard:
            await hints().unlisten(page_group(self._heard), self._on_session)
        self._heard = runtime
        if runtime:
            self._is_linked = True  # until we know better
            await hints().listen(page_group(runtime), self._on_session)

    async def _ask_questions_again(self, runtime: Runtime) -> None:
        """A page that was opened later is asked what `input()` waits for."""
        for row in await in_thread(_waiting_for_input, runtime):
            self._pass_on(input_request(row))

    def _say_status(self) -> None:
        frame: Frame = {"type": "status", "runtime": self.public(), "link": self._is_linked}
        if self._is_slow():
            frame |= {"message": SLOW, "retry": True}
        if frame != self._said:
            self._said = frame
            self._send(frame)

    def _is_slow(self) -> bool:
        runtime = self._runtime
        if self._shown and self._shown.place is not None:
            return False  # it is told what it waits for
        if runtime is None or runtime.state not in {Status.REQUESTED.value, Status.STARTING.value}:
            return False
        waited = timezone.now() - max(runtime.requested_at, self._patience_from)
        return waited.total_seconds() > settings.TOMONI_CONNECT_PATIENCE_SECONDS

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)


def _see(user: User, audience: str) -> Shown | None:
    """What there is to show, and that somebody sees it."""
    shown = latest(user, audience)
    if shown and shown.runtime.is_live and shown.is_long_unseen:
        note_seen(shown.runtime)
    return shown


def _waiting_for_input(runtime: Runtime) -> list[Execution]:
    return list(Execution.objects.unfinished().filter(runtime=runtime, prompt__isnull=False))
