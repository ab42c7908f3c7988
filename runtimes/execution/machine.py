"""What has become of the machine itself and is not committed yet: values of its row, and lines of its log."""

from typing import Any

from django.db.models.functions import Now

from runtimes.execution.messages import KernelNews

MEASURED_EVERY = 30.0  # seconds between two figures in the row, for who looks at all their machines

Notes = list[tuple[str, str]]


class Machine:
    """Collects until `take`."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self._notes: Notes = []
        self._measured_at = float("-inf")

    def note_kernel(self, news: KernelNews, *, is_new: bool) -> None:
        """The kernel's state is another one; `is_new` when this is another kernel session."""
        self.fields |= {"kernel": news.state, "session": news.session, "kernel_cause": news.cause[:12]}
        if news.kernelspec:
            self.fields["kernelspec"] = news.kernelspec
        if is_new or news.state == "dead":
            self._notes.append((f"kernel-{news.cause or news.state}"[:20], news.reason))

    def measure(self, figures: dict[str, int], now: float) -> bool:
        """Take down what the monitor measured; False while the row has figures that are new enough."""
        if now < self._measured_at + MEASURED_EVERY:
            return False
        self._measured_at = now
        self.fields |= {"memory_used": figures.get("memory"), "disk_used": figures.get("disk")}
        if figures.get("accelerator"):
            self.fields["accelerator_used_at"] = Now()
        return True

    def take(self) -> tuple[dict[str, Any], Notes]:
        """What is to be committed, once."""
        fields, notes = self.fields, self._notes
        self.fields, self._notes = {}, []
        return fields, notes
