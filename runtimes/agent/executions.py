"""Which executions wait, which one runs, and which were ever seen. Pure."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Execution:
    id: str
    code: str
    store_history: bool = True
    allow_stdin: bool = True
    stop_on_error: bool = True
    batch: str = ""


class Executions:
    """First come, first served, one at a time, and each id once for the life of the agent."""

    def __init__(self) -> None:
        self.running: Execution | None = None
        self._waiting: deque[Execution] = deque()
        self._seen: set[str] = set()

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    def accept(self, execution: Execution) -> bool:
        """Queue it, unless its id was seen before."""
        if execution.id in self._seen:
            return False
        self._seen.add(execution.id)
        self._waiting.append(execution)
        return True

    def knows(self, execution_id: str | None) -> bool:
        return execution_id in self._seen

    def start(self) -> Execution | None:
        """The next one, now running; None when nothing waits."""
        self.running = self._waiting.popleft() if self._waiting else None
        return self.running

    def end(self) -> None:
        self.running = None

    def cancel(self, ids: Iterable[str]) -> list[str]:
        """Take these out of the queue; one that has not come yet is never run. Returns those that now will not run."""
        waiting = {execution.id for execution in self._waiting}
        dropped = [execution_id for execution_id in ids if execution_id in waiting or not self.knows(execution_id)]
        self._seen.update(dropped)
        self._waiting = deque(execution for execution in self._waiting if execution.id not in dropped)
        return dropped

    def cancel_waiting(self) -> list[str]:
        return self.cancel([execution.id for execution in self._waiting])

    def cancel_batch(self, failed: Execution) -> list[str]:
        """After a failure: what was sent together with it and has not begun."""
        if not (failed.batch and failed.stop_on_error):
            return []
        return self.cancel([execution.id for execution in self._waiting if execution.batch == failed.batch])
