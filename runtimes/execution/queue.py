"""Which run the machine has, and which wait for it: one at a time, in the order in which they were accepted."""

from collections.abc import Iterable, Sequence

from runtimes.execution.states import State
from runtimes.execution.tracked import Tracked


class RunQueue:
    def __init__(self, unfinished: Sequence[Tracked]) -> None:
        self.waiting = [tracked for tracked in unfinished if tracked.row.state == State.QUEUED]
        self.current = next((tracked for tracked in unfinished if tracked.row.state != State.QUEUED), None)
        self.chosen: list[Tracked] = []  # to be sent once it is committed that they are
        self._is_claimed = False

    def claim(self) -> bool:
        """Keep the place of the current run for one that is being accepted; False when it is not free."""
        if self._is_claimed or self.current or self.waiting:
            return False
        self._is_claimed = True
        return True

    def unclaim(self) -> None:
        self._is_claimed = False

    def takes(self, state: str) -> bool:
        """True for what waits: what is marked as sent may be the run that is being accepted."""
        return not (self._is_claimed and state == State.SENT)

    def add(self, *tracked: Tracked) -> None:
        self.waiting = sorted([*self.waiting, *tracked], key=lambda one: one.row.order)

    def batch_of(self, failed: Tracked) -> list[Tracked]:
        """What waits and was asked for together with `failed`."""
        return [one for one in self.waiting if failed.row.batch and one.row.batch == failed.row.batch]

    def drop(self, dropped: Iterable[Tracked], reason: str) -> None:
        for one in tuple(dropped):
            one.end(State.ABORTED, reason)
        self.waiting = [one for one in self.waiting if one.is_unfinished]

    def choose(self) -> bool:
        """Make the first that waits the current run; False when there is none, or the place is taken."""
        if self.current or not self.waiting or self._is_claimed:
            return False
        self.current = self.waiting.pop(0)
        self.current.send()
        self.chosen.append(self.current)
        return True
