"""The room of an open notebook: one replica, its visitors, and the loop that commits what they write.

Each process has one room for each notebook that somebody has open through it. PostgreSQL is the truth, the room is a
cache with sockets: kill it and nothing is lost that was acknowledged.

All changes go through one serial loop. It takes what has come in, applies each update to the replica (`replica.py`
refuses the bad ones), commits the accepted ones in one transaction, and only then acknowledges them to their senders,
shows them to the others and hints them to other processes. Nobody sees what is not committed, and nothing is called
saved that is not. Questions (sync step 1) are answered at the end of a round, when the replica is what is committed.
While a commit is under way more comes in: the slower the database, the larger the next transaction.

Other processes' updates arrive as hints over Redis with a number. The next number is applied at once; after a gap, and
whenever a look at the database shows a higher number than ours, the log is read. Looks happen with every beat, and each
second while Redis fails, so that everything works without it, only later.

A page that changes processes may know what another process has committed and we have not heard of. So we look before
we say what we have, or it would hand on others' edits as its own; and before an update is refused for a gap, the log is
read and it is tried once more. Then the page is asked what it has, which heals a frame lost on the way.

When the database fails the room ends: all its sockets are closed with 4409, the pages keep their edits and come back
with pauses, and a new room loads when the database answers. A commit whose answer was lost is harmless, because the
page sends the same update again and it holds nothing new. When only its disk is full, what was written is refused and
asked for again with each look. A room that nobody visits ends after a while.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from uuid import UUID

import django.db
from django.conf import settings

from notebooks.collaboration import frames, store
from notebooks.collaboration.commits import Commits
from notebooks.collaboration.gathering import Gathering
from notebooks.collaboration.jobs import Asked, Batch, Job, Look, Received
from notebooks.collaboration.messages import (
    AccessChanged,
    Changed,
    Committed,
    PresenceNews,
    Renamed,
    hint_of,
    read_news,
)
from notebooks.collaboration.outgoing import RESYNC
from notebooks.collaboration.replica import Gap, Limits, Refused, Replica
from notebooks.collaboration.visitors import NO_NOTEBOOK, Visitor
from runtimes.execution.hints import hints
from runtimes.execution.threads import in_thread

logger = logging.getLogger(__name__)

MOST_WAITING = 4 * 2**20
LOOK_IN_TROUBLE = 1.0
NO_SPACE = "The platform's disk is full. Your changes are kept in this browser and saved when there is room again."


class RoomClosed(Exception):
    """The room has ended, or could not begin; `code` is what its sockets are closed with."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Room:
    """An open notebook in this process. `ended` is called once, when it takes no more visitors."""

    def __init__(self, notebook: UUID, commits: Commits, ended: Callable[["Room"], None]) -> None:
        self.notebook = notebook
        self._commits = commits
        self.people = Gathering(notebook, self._tell)
        self.epoch = self.sequence = 0
        self._group = f"notebook.{notebook}"
        self._ended = ended
        self._limits = Limits(
            settings.TOMONI_UPDATE_MAX_BYTES, settings.TOMONI_CELL_MAX_BYTES, settings.TOMONI_DOCUMENT_MAX_BYTES
        )
        self._replica = Replica(self._limits)
        self._jobs: list[Job] = []
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()
        self._begun = asyncio.Event()
        self._unfolded: list[int] = []  # the sizes of the updates that are not in the snapshot
        self._starved: set[Visitor] = set()  # whose edits found no space
        self._is_deserted = False
        self._close_code: int | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._start(self._live())

    @property
    def omits_outputs(self) -> bool:
        return self._replica.omits_outputs

    async def enter(self, visitor: Visitor, hello: Mapping[str, Any]) -> None:
        """Let a visitor in, with `hello` and where the document is as the first words; raises RoomClosed."""
        await self._begun.wait()
        if self._close_code is not None:
            raise RoomClosed(self._close_code)
        visitor.outgoing.say({**hello, "epoch": self.epoch, "sequence": self.sequence})
        self.people.enter(visitor)

    def leave(self, visitor: Visitor) -> None:
        """The socket is gone; what came over it is still committed."""
        self.people.leave(visitor)
        if not self.people.visitors:
            self._start(self._linger())

    async def submit(self, job: Received | Asked) -> None:
        """Put something into the loop; waits while too much of this visitor is in it, so that no more is read."""
        visitor = job.visitor
        if isinstance(job, Received):
            visitor.waiting_bytes += len(job.update)
        self._put(job)
        while visitor.waiting_bytes > MOST_WAITING and self._close_code is None:
            self._drained.clear()
            await self._drained.wait()

    async def end(self, code: int) -> None:
        """Close all sockets and stop."""
        if self._close_code is not None:
            return
        self._close_code = code
        self._ended(self)
        self._begun.set()
        self._drained.set()
        self.people.close(code)
        await hints().unlisten(self._group, self._hear)
        others = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    # The loop.

    async def _live(self) -> None:
        code = RESYNC
        try:
            await self._load()
            self._begun.set()
            self._start(self._beat())
            self._start(self._listen())
            while not self._is_over():
                await self._wake.wait()
                self._wake.clear()
                await self._round()
        except django.db.Error as problem:
            logger.warning("The database is away (%s): the room of %s ends.", problem, self.notebook)
        except store.WrongEpoch:
            logger.info("The document of %s was replaced: its pages begin anew.", self.notebook)
        except store.NoDocument:
            code = NO_NOTEBOOK
        finally:
            await self.end(code)

    async def _load(self) -> None:
        log = await in_thread(store.read_log, self.notebook)
        self.epoch, self.sequence = log.epoch, log.sequence
        self._replica = self._replica_of(log)
        self._unfolded = [len(update.data) for update in log.updates]

    def _replica_of(self, log: store.Log) -> Replica:
        rows = ((update.data, update.author) for update in log.updates)
        return Replica(self._limits, [(log.snapshot, None), *rows])

    async def _round(self) -> None:
        jobs, self._jobs = self._jobs, []
        batch = Batch()
        for job in jobs:
            match job:
                case Received():
                    await self._judge(job, batch)
                case Asked():
                    batch.questions.append(job)
                case Committed():
                    await self._follow(job)
                case Look():
                    await self._look()
                    self._ask_back()
        if batch.accepted:
            await self._commit(batch)
        for visitor, count in batch.counts.items():
            visitor.outgoing.say({"type": "ack", "count": count})
        if batch.questions:
            await self._look()
        for question in batch.questions:
            self._answer(question)
        for visitor in batch.asked_back:
            visitor.outgoing.push(frames.step_1(self._replica.vector()))
        self._drained.set()
        self._fold_if_long()

    async def _judge(self, job: Received, batch: Batch) -> None:
        """Apply an update to the replica, or tell its sender why not."""
        job.visitor.waiting_bytes -= len(job.update)
        try:
            change = await self._apply(job)
        except Refused as problem:
            if self._replica.is_spoiled:
                await self._restore(batch)
            job.visitor.refuse(problem.code, str(problem), count=job.count)
            if isinstance(problem, Gap) and not job.visitor.is_asked_back:
                job.visitor.is_asked_back = True
                batch.asked_back.add(job.visitor)
            return
        job.visitor.is_asked_back = False
        batch.taken.append(job)
        batch.counts[job.visitor] = job.count
        if change:
            batch.accepted.append((change, job.visitor))

    async def _apply(self, job: Received) -> bytes | None:
        try:
            return self._replica.apply(job.update, job.visitor.user.pk)
        except Gap:
            await self._look()  # what is missing may have been committed by another process
            return self._replica.apply(job.update, job.visitor.user.pk)

    async def _restore(self, batch: Batch) -> None:
        """Replace a spoiled replica by what is committed and what this round has accepted."""
        log = await in_thread(store.read_log, self.notebook)
        self._check_epoch(log.epoch)
        spoiled, self._replica = self._replica, self._replica_of(log)
        if log.sequence > self.sequence:  # others wrote meanwhile, which our visitors have not seen
            self.people.push(frames.update(self._replica.missing(spoiled.vector())))
            self.sequence = log.sequence
        for change, visitor in batch.accepted:
            self._replica.absorb(change, visitor.user.pk)

    async def _commit(self, batch: Batch) -> None:
        try:
            first = await self._commits.append(self.notebook, self.epoch, batch.rows)
        except store.NoSpace as problem:
            logger.error("The edits of %s cannot be stored: %s", self.notebook, problem)
            await self._refuse(batch)
            return
        if first == self.sequence + 1:
            self.sequence += len(batch.accepted)
        else:
            await self._read_on()  # others were faster; our own rows are among what is read, and known
        self._unfolded += [len(change) for change, _ in batch.accepted]
        self._show(batch)
        last = first + len(batch.accepted) - 1
        hints().tell(self._group, hint_of(Committed(self.epoch, first, last, batch.rows)))

    def _show(self, batch: Batch) -> None:
        """Show everybody what others wrote, in one piece: under load that is most frames.

        Of several writers each gets all of it, for a page takes what it has itself for nothing new.
        """
        authors = {visitor for _, visitor in batch.accepted}
        self.people.push(frames.update(batch.merged), besides=authors if len(authors) == 1 else ())

    async def _refuse(self, batch: Batch) -> None:
        """Give back what there is no room for; the next look asks for it again."""
        batch.accepted.clear()
        batch.counts.clear()
        await self._restore(batch)
        for job in batch.taken:
            job.visitor.refuse("no-space", NO_SPACE, count=job.count)
            self._starved.add(job.visitor)

    async def _follow(self, news: Committed) -> None:
        """Take what another process has committed."""
        self._check_epoch(news.epoch)
        if news.last <= self.sequence:
            return
        if news.first == self.sequence + 1 and news.updates:
            for data, author in news.updates:
                self._take(data, author)
            self.sequence = news.last
        else:
            await self._read_on()

    def _ask_back(self) -> None:
        for visitor in self._starved:
            visitor.outgoing.push(frames.step_1(self._replica.vector()))
        self._starved.clear()

    async def _look(self) -> None:
        epoch, sequence = await in_thread(store.position, self.notebook)
        self._check_epoch(epoch)
        if sequence > self.sequence:
            await self._read_on()

    async def _read_on(self) -> None:
        """Take from the log all that is committed and not here."""
        try:
            rows: Sequence[store.StoredUpdate]
            rows = await in_thread(store.since, self.notebook, self.epoch, self.sequence)
        except store.Folded:
            stored: store.Stored = await in_thread(store.load, self.notebook)
            self._check_epoch(stored.epoch)
            rows = [store.StoredUpdate(stored.sequence, stored.update, None)]
        for row in rows:
            self._take(row.data, row.author)
            self.sequence = row.sequence

    def _take(self, data: bytes, author: int | None) -> None:
        if change := self._replica.absorb(data, author):
            self._unfolded.append(len(change))
            self.people.push(frames.update(change))

    def _answer(self, question: Asked) -> None:
        question.visitor.outgoing.push(frames.step_2(self._replica.missing(question.vector)))
        question.visitor.outgoing.push(frames.step_1(self._replica.vector()))

    def _check_epoch(self, epoch: int) -> None:
        if epoch != self.epoch:
            raise store.WrongEpoch(f"the document is at epoch {epoch}, not {self.epoch}")

    def _is_over(self) -> bool:
        return self._is_deserted and not self._jobs and not self.people.visitors

    # What happens beside the loop.

    async def _beat(self) -> None:
        """Look again and again: at the database, at who is there, at what they may do."""
        passed = 0.0
        while True:
            pause = settings.TOMONI_ROOM_BEAT_SECONDS
            pause = min(pause, LOOK_IN_TROUBLE) if hints().is_troubled else pause
            await asyncio.sleep(pause)
            self._put(Look())
            passed += pause
            if passed >= settings.TOMONI_ROOM_BEAT_SECONDS:
                passed = 0.0
                self.people.say({"type": "heartbeat", "sequence": self.sequence})
                self.people.forget_silent()
                await self._check_people()

    async def _check_people(self) -> None:
        try:
            await self.people.check()
        except django.db.Error:
            self._put(Look())  # the loop finds out, and ends the room

    async def _listen(self) -> None:
        await hints().listen(self._group, self._hear)
        self._put(Look())  # what was hinted before is in the log
        self.people.ask_others()

    def _hear(self, message: Mapping[str, Any]) -> None:
        match read_news(message):
            case Committed() as news if news.last > self.sequence or news.epoch != self.epoch:
                self._put(news)
            case PresenceNews() as news:
                self.people.hear(news)
            case Renamed(name):
                self.people.say({"type": "notebook", "name": name})
            case Changed(what):
                self.people.say({"type": "changed", "what": what})
            case AccessChanged():
                for visitor in self.people.visitors:
                    visitor.forget_role()
                self._start(self._check_people())

    async def _linger(self) -> None:
        """Stay a while after the last visitor: most come back."""
        await asyncio.sleep(settings.TOMONI_ROOM_LINGER_SECONDS)
        if not self.people.visitors:
            self._is_deserted = True
            self._wake.set()

    def _fold_if_long(self) -> None:
        if len(self._unfolded) > store.FOLD_ROWS or sum(self._unfolded) > store.FOLD_BYTES:
            self._unfolded = []
            self._start(self._fold())

    async def _fold(self) -> None:
        try:
            await in_thread(store.fold, self.notebook)
        except (django.db.Error, store.NoDocument, store.Folded) as problem:
            logger.warning("The log of %s was not folded: %s.", self.notebook, problem)

    def _tell(self, news: PresenceNews) -> None:
        hints().tell(self._group, hint_of(news))

    def _put(self, job: Job) -> None:
        self._jobs.append(job)
        self._wake.set()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            logger.error("A task of the room of %s failed.", self.notebook, exc_info=problem)
