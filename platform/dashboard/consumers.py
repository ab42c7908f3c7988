"""The dashboard's socket: the figures of now, every few seconds, to administrators."""

import asyncio
import json
import time
from importlib import import_module
from typing import Any, cast

import django.db
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from accounts.models import User
from dashboard import figures
from runtimes.execution.sockets import Socket

SIGN_IN_AGAIN, NO_ACCESS = 4401, 4404
EVERY = 3.0  # seconds

_kept: tuple[float, str] = (float("-inf"), "")


class DashboardConsumer(Socket):
    """One open page. Whether its person is still an administrator is read again before each message."""

    _telling: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        user, session = self.scope["user"], self.scope["session"].session_key
        if not isinstance(user, User) or not session:
            await self.close(SIGN_IN_AGAIN)
            return
        self._telling = asyncio.create_task(self._tell(session))

    async def disconnect(self, code: int) -> None:
        if self._telling:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _tell(self, session: str) -> None:
        while True:
            try:
                refusal, message = await look(session)
            except django.db.Error:
                refusal, message = None, ""
            if refusal:
                await self.close(refusal)
                return
            if message:
                await self.send_text(message)
            await asyncio.sleep(EVERY)


def _look(session: str) -> tuple[int | None, str]:
    """Why this session gets nothing, or what it gets: one count serves all who look at the same moment."""
    global _kept
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    user = cast(Any, get_user(request))
    if not user.is_authenticated:
        return SIGN_IN_AGAIN, ""
    if not (user.is_active and user.is_staff):
        return NO_ACCESS, ""
    if time.monotonic() - _kept[0] > EVERY / 2:
        _kept = (time.monotonic(), json.dumps({"type": "now", "now": figures.now()}))
    return None, _kept[1]


look = database_sync_to_async(_look, thread_sensitive=False)
