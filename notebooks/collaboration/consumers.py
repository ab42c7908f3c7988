"""The notebook's socket: checks the caller, parses frames, hands them to the room and to the outputs' hub."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, TypeGuard, cast

import django.db
from django.conf import settings

from accounts.models import User
from notebooks.collaboration import frames
from notebooks.collaboration.frames import BadFrame
from notebooks.collaboration.jobs import Asked, Received
from notebooks.collaboration.lobby import Rooms, rooms
from notebooks.collaboration.outgoing import RESYNC, Outgoing, Send
from notebooks.collaboration.rooms import Room, RoomClosed
from notebooks.collaboration.visitors import NO_NOTEBOOK, SIGN_IN_AGAIN, Visitor
from notebooks.sharing.access import NoAccess, aaccess_notebook
from runtimes.execution import hub
from runtimes.execution.audiences import alone
from runtimes.execution.sockets import Socket

LARGEST_FRAME = 4 * 2**20
BYTES_LIKE_A_FRAME = 64 * 2**10  # a large frame is as much work as many small ones
TOO_BIG = 1009
MOST_EXECUTIONS = 10_000


class NotebookConsumer(Socket):
    """One page that has one notebook open."""

    def __init__(self, rooms: Rooms | None = None) -> None:
        super().__init__()
        self.rooms = rooms
        self.visitor: Visitor | None = None
        self.room: Room | None = None
        self.subscribing: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        self.outgoing = Outgoing(cast(Send, self.base_send))
        user, session = self.scope["user"], self.scope["session"].session_key
        if not isinstance(user, User) or not session:
            self.outgoing.close(SIGN_IN_AGAIN)
            return
        try:
            await self._enter(user, session)
        except NoAccess:
            self.outgoing.close(NO_NOTEBOOK)
        except django.db.Error:
            self.outgoing.close(RESYNC)
        except RoomClosed as problem:
            self.outgoing.close(problem.code)

    async def disconnect(self, code: int) -> None:
        if self.room and self.visitor:
            self.room.leave(self.visitor)
        if self.subscribing:
            await self.subscribing
            await hub.unsubscribe(self.reader, self.outgoing.say)
        await self.outgoing.stop()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        visitor = self.visitor
        size = len(text_data or bytes_data or "")
        if visitor is None or self.outgoing.is_closed or not visitor.spend(1 + size / BYTES_LIKE_A_FRAME):
            return
        if size > LARGEST_FRAME:
            self.outgoing.close(TOO_BIG)
            return
        if bytes_data is not None:
            await self._receive_bytes(visitor, bytes_data)
        elif text_data is not None:
            await self._receive_text(visitor, text_data)

    async def _enter(self, user: User, session: str) -> None:
        access = await aaccess_notebook(user, str(self.scope["url_route"]["kwargs"]["notebook"]))
        self.reader = alone(str(access.notebook.pk), user.pk)
        visitor = Visitor(user, access.notebook.pk, session, self.outgoing)
        visitor.begin(access.role)
        hello = {
            "type": "hello",
            "role": access.role.value,
            "name": access.notebook.name,
            "person": {"id": visitor.person["id"], "name": visitor.person["name"]},
            "build": settings.TOMONI_BUILD,
        }
        self.room = await (self.rooms or rooms()).enter(visitor, hello)
        self.visitor = visitor
        self.subscribing = asyncio.create_task(hub.subscribe(self.reader, self.outgoing.say))

    async def _receive_bytes(self, visitor: Visitor, data: bytes) -> None:
        assert self.room
        is_edit = frames.is_edit(data)
        visitor.edits += is_edit
        try:
            frame = frames.read_frame(data)
            role = await visitor.role()
        except BadFrame as problem:
            about = {"count": visitor.edits} if is_edit else {}
            visitor.refuse("bad-update", f"This frame cannot be read: {problem}.", **about)
            return
        except django.db.Error:
            self.outgoing.close(RESYNC)
            return
        match frame:
            case frames.Question(vector):
                await self.room.submit(Asked(visitor, vector))
            case frames.Awareness(update):
                self.room.people.move(visitor, update)
            case frames.Edit(update) if role.can_edit:
                await self.room.submit(Received(visitor, update, visitor.edits))
            case frames.Edit():
                sentence = f"As {role.value} of this notebook you cannot change it."
                visitor.refuse("read-only", sentence, count=visitor.edits)

    async def _receive_text(self, visitor: Visitor, text: str) -> None:
        try:
            frame = json.loads(text)
            kind = frame["type"]
        except (ValueError, RecursionError, TypeError, KeyError):
            visitor.refuse("bad-frame", "A text frame is a JSON object with a type.")
            return
        if kind == "ping":
            self.outgoing.say({"type": "pong"})
        elif kind == "outputs_since":
            await self._outputs_since(visitor, frame)
        else:
            visitor.refuse("unknown-type", f"There is no frame of the type {str(kind)[:80]!r}.", **_identity(frame))

    async def _outputs_since(self, visitor: Visitor, frame: dict[str, Any]) -> None:
        known = frame.get("executions")
        if not _is_numbers(known):
            sentence = "`executions` maps ids of executions to the number of operations applied."
            visitor.refuse("bad-frame", sentence, **_identity(frame))
            return
        try:
            role = await visitor.role()
            if role.can_view:
                assert self.room
                omits = self.room.omits_outputs
                await hub.catch_up(self.reader, known, self.outgoing.say, only_unkept=omits)
                self.outgoing.say({"type": "ok", **_identity(frame)})
        except django.db.Error:
            self.outgoing.close(RESYNC)


def _is_numbers(known: object) -> TypeGuard[Mapping[str, int]]:
    """True for the `executions` of an `outputs_since`."""
    return (
        isinstance(known, dict)
        and len(known) <= MOST_EXECUTIONS
        and all(isinstance(number, int) and number >= 0 for number in known.values())
    )


def _identity(frame: dict[str, Any]) -> dict[str, str]:
    """The id by which the page recognises the reply."""
    return {"id": frame["id"]} if isinstance(frame.get("id"), str) else {}
