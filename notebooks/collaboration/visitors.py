"""One socket of one person: who they are, what they may do now, and how much they may ask of the platform."""

import time
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import User
from notebooks.collaboration.outgoing import RESYNC, Outgoing
from notebooks.collaboration.presence import Person, person_of
from notebooks.sharing.roles import Role
from notebooks.sharing.standings import Standing, standings

SIGN_IN_AGAIN, NO_NOTEBOOK, TOO_FAST = 4401, 4404, 4429

FRAMES_PER_SECOND = 200.0
SECONDS = 2.0
REFUSAL_COSTS = 20.0


class Budget:
    """Frames that a socket may still send now: it fills by the second, so only a lasting flood empties it."""

    def __init__(self) -> None:
        self._left = FRAMES_PER_SECOND * SECONDS
        self._at = time.monotonic()

    def spend(self, amount: float = 1.0) -> bool:
        """Take `amount`; False when it is overdrawn."""
        now = time.monotonic()
        self._left = min(FRAMES_PER_SECOND * SECONDS, self._left + (now - self._at) * FRAMES_PER_SECOND) - amount
        self._at = now
        return self._left >= 0


class Visitor:
    """A socket in a room."""

    def __init__(self, user: User, notebook: UUID, session: str, outgoing: Outgoing) -> None:
        self.user = user
        self.notebook = notebook
        self.session = session
        self.outgoing = outgoing
        self.budget = Budget()
        self.person: Person = person_of(user.pk, user.display_name)
        self._color_told = ""
        self.edits = 0
        self.waiting_bytes = 0
        self.is_asked_back = False
        self._heard = time.monotonic()
        self._role = Role.NONE
        self._role_told = Role.NONE
        self._checked = -settings.TOMONI_ROLE_SECONDS

    async def role(self) -> Role:
        """The present role, as old as TOMONI_ROLE_SECONDS at most."""
        if time.monotonic() - self._checked > settings.TOMONI_ROLE_SECONDS:
            (standing,) = await standings(self.notebook, [(self.user, self.session)])
            self.learn(standing)
        return self._role

    def forget_role(self) -> None:
        self._checked = -settings.TOMONI_ROLE_SECONDS

    def begin(self, role: Role) -> None:
        """The page is told this role by other means."""
        self._role = self._role_told = role
        self._checked = time.monotonic()

    def learn(self, standing: Standing) -> None:
        """Take in what PostgreSQL says, and tell the page what changed."""
        self._role, self._checked = standing.role, time.monotonic()
        if not standing.is_signed_in:
            self.outgoing.close(SIGN_IN_AGAIN)
            return
        if standing.role is not self._role_told:
            self._role_told = standing.role
            self.outgoing.say({"type": "role", "role": standing.role.value})
        if not standing.role.can_view:
            self.outgoing.close(NO_NOTEBOOK)

    def shown_as(self, color: str) -> None:
        """Tell the page who its person is to the others, when that is new."""
        if color != self._color_told:
            self._color_told = color
            self.outgoing.say({"type": "person", "person": {**self.person, "color": color}})

    def close_if_silent(self) -> None:
        """Close the socket of a page that does not even ping: a dead network does not do it."""
        if time.monotonic() - self._heard > settings.TOMONI_SILENCE_SECONDS:
            self.outgoing.close(RESYNC)

    def refuse(self, code: str, message: str, **about: Any) -> None:
        """Say no; refusals cost, since each is work and no page of ours needs many."""
        self.outgoing.say({"type": "refused", "code": code, "message": message, **about})
        self.spend(REFUSAL_COSTS)

    def spend(self, amount: float = 1.0) -> bool:
        """Count a frame; closes the socket of who sends too many, and returns False."""
        self._heard = time.monotonic()
        if self.budget.spend(amount):
            return True
        self.outgoing.close(TOO_FAST)
        return False
