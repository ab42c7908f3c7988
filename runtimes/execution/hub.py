"""News of executions for everyone who watches an audience, in this process and, by hints and the log, in the others.

`announce` reaches pages of this process directly. Other processes get a hint without content and read the log; so does
everybody every two seconds, in case a hint was lost.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import django.db
from django.db.models.functions import Now

from runtimes.execution.audiences import is_alone, open_to, whole
from runtimes.execution.frames import Frame, fetch_frame, row_frame
from runtimes.execution.hints import hints
from runtimes.execution.log import frames_since
from runtimes.execution.models import Execution, ExecutionUse
from runtimes.execution.threads import in_thread

logger = logging.getLogger(__name__)

Push = Callable[[Frame], None]
News = list[tuple[str, Execution]]  # who is to be told, and of what

LOOK_EVERY = 2.0
OVERLAP = timedelta(seconds=10)  # a transaction is seen when it commits, and its times are older
CATCH_UP_OPERATIONS = 2_000

Seen = tuple[str, int | None, int]  # what pages were told of an execution: state, count, number
NOTHING: Seen = ("", None, 0)
RANK = {"": 0, "queued": 0, "sent": 1, "running": 2, "done": 3, "failed": 3, "aborted": 3, "unknown": 3}


@dataclass(slots=True)
class _Audience:
    """Those who watch, and how far they were told of each execution."""

    pushes: set[Push] = field(default_factory=set)
    seen: dict[str, Seen] = field(default_factory=dict)
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def push(self, frame: Frame) -> None:
        self.note(frame)
        for push in tuple(self.pushes):
            push(frame)

    def note(self, frame: Frame, *, is_first: bool = False) -> None:
        """Remember what was told; `is_first` leaves what is known as it is."""
        match frame:
            case {"type": "execution", "execution": {"id": name, "state": state, "count": count, "number": number}}:
                told = self.seen.get(name, NOTHING)
                self.seen[name] = told if is_first and name in self.seen else (state, count, told[2])
            case {"execution": name, "to": number} | {"execution": name, "number": number}:
                state, count, told_number = self.seen.get(name, NOTHING)
                self.seen[name] = (state, count, max(told_number, number))


class _Hub:
    def __init__(self) -> None:
        self._audiences: dict[str, _Audience] = {}
        self._hinting: set[str] = set()
        self._poll: asyncio.Task[None] | None = None
        self._looks: set[asyncio.Task[None]] = set()

    async def subscribe(self, audience: str, push: Push) -> None:
        for name in open_to(audience):
            self._audiences.setdefault(name, _Audience()).pushes.add(push)
        if self._poll is None:
            self._poll = asyncio.create_task(self._look_again_and_again())
        await hints().listen(_group(audience), self._hinted)

    async def unsubscribe(self, audience: str, push: Push) -> None:
        for name in open_to(audience):
            watched = self._audiences.get(name)
            if watched is None:
                continue
            watched.pushes.discard(push)
            if not watched.pushes:
                del self._audiences[name]
        if whole(audience) not in self._audiences:
            await hints().unlisten(_group(audience), self._hinted)
        if not self._audiences and self._poll:
            self._poll.cancel()
            self._poll = None

    def announce(self, audience: str, frame: Frame) -> None:
        if watched := self._audiences.get(audience):
            watched.push(frame)
        if not self._hinting:
            asyncio.get_running_loop().call_soon(self._hint)
        self._hinting.add(audience)

    def _hint(self) -> None:
        """One hint for all that was announced at once."""
        for audience in self._hinting:
            hints().tell_others(_group(audience), {"audience": audience})
        self._hinting.clear()

    async def catch_up(self, audience: str, known: Mapping[str, int], push: Push, *, only_unkept: bool) -> None:
        frames = await in_thread(_frames_for_page, audience, _applied(known), only_unkept)
        for frame in frames:
            push(frame)
        for name in open_to(audience):
            if watched := self._audiences.get(name):
                for frame in frames:
                    watched.note(frame, is_first=True)

    def _hinted(self, message: Mapping[str, Any]) -> None:
        audience = str(message.get("audience"))
        if audience not in self._audiences:
            return  # it is for a person who has no page here
        task = asyncio.create_task(self._look([audience]))
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self._look(list(self._audiences))
            await self._look([name for name in self._audiences if not is_alone(name)], _changed_among_lent)

    async def _look(self, audiences: list[str], changed: Callable[[list[str]], News] | None = None) -> None:
        try:
            for audience, row in await in_thread(changed or _changed, audiences):
                await self._tell(audience, row)
        except django.db.Error:
            logger.warning("The database is away: pages will get the news at the next look.")

    async def _tell(self, audience: str, row: Execution) -> None:
        """Tell those who watch what they have not been told of this row."""
        watched = self._audiences.get(audience)
        if watched is None:
            return
        async with watched.looking:
            name = str(row.pk)
            number = watched.seen.get(name, NOTHING)[2]
            frames = await in_thread(_frames_for_all, row, number, audience) if row.number > number else []
            if frames and watched.seen.get(name, NOTHING)[2] == number:
                for frame in frames:
                    watched.push(frame)
            state, count, _ = watched.seen.get(name, NOTHING)
            # A session in this process may have told something newer while we read.
            if RANK[row.state] >= RANK[state] and (row.state, row.count) != (state, count):
                watched.push(row_frame(row.public()))


def _frames_for_all(row: Execution, number: int, audience: str) -> list[Frame]:
    return frames_since(Execution.objects.get(pk=row.pk), number, audience)


def _frames_for_page(audience: str, known: Mapping[UUID, int], only_unkept: bool) -> list[Frame]:
    """Rows and outputs of these executions, from where a page is; what would be too much is to be fetched."""
    frames: list[Frame] = []
    operations = 0
    seen = Execution.objects.seen_by(audience).filter(pk__in=known)
    rows = seen.filter(is_kept=False) if only_unkept else seen
    for row in rows.select_related("by").in_order():
        number = known[row.pk]
        operations += max(0, row.number - number)
        if operations > CATCH_UP_OPERATIONS and row.number != number:
            frames.append(fetch_frame(audience, str(row.pk), row.number))
        else:
            frames += frames_since(row, number, audience)
        frames.append(row_frame(row.public()))
    return frames


def _changed(audiences: list[str]) -> News:
    """What has changed lately for these, without what it printed."""
    lately = Execution.objects.filter(audience__in=audiences, changed_at__gt=Now() - OVERLAP)
    rows = lately.defer("code", "outputs", "hidden").select_related("by").in_order()
    return [(row.audience, row) for row in rows]


def _changed_among_lent(audiences: list[str]) -> News:
    """The same of what these were lent: nobody hints of it, for it goes on elsewhere."""
    uses = ExecutionUse.objects.filter(audience__in=audiences, execution__changed_at__gt=Now() - OVERLAP)
    return [(use.audience, use.execution) for use in uses.select_related("execution__by").order_by("execution__order")]


def _group(audience: str) -> str:
    """One for all parts of an audience: a page is no more for Redis than it was."""
    return f"audience.{whole(audience)}"


def _applied(known: Mapping[str, Any]) -> dict[UUID, int]:
    """What a page says it has, as far as it makes sense."""
    applied: dict[UUID, int] = {}
    for name, number in known.items():
        with contextlib.suppress(ValueError):
            applied[UUID(name)] = number if isinstance(number, int) else 0
    return applied


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _Hub] = WeakKeyDictionary()


def _hub() -> _Hub:
    return _by_loop.setdefault(asyncio.get_running_loop(), _Hub())


async def subscribe(audience: str, push: Push) -> None:
    """Give `push` every frame about executions that `audience` may see from now on. It must not block."""
    await _hub().subscribe(audience, push)


async def unsubscribe(audience: str, push: Push) -> None:
    await _hub().unsubscribe(audience, push)


def announce(audience: str, frame: Frame) -> None:
    """Tell everyone who watches `audience` of something that is committed."""
    _hub().announce(audience, frame)


async def catch_up(audience: str, known: Mapping[str, int], push: Push, *, only_unkept: bool = False) -> None:
    """Bring a page up to date that has applied so many operations of each of these executions.

    `only_unkept` is for a notebook that omits its outputs: what earlier runs left behind is not shown again.
    """
    await _hub().catch_up(audience, known, push, only_unkept=only_unkept)
