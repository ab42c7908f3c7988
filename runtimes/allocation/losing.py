"""What a host held that is no longer heard of: its machines end as `host-lost`, and nobody else's do."""

from runtimes.allocation import hosts, lifecycle
from runtimes.allocation.models import Host, PoolBox, Runtime
from runtimes.allocation.states import Reason, Status

SENTENCE = (
    "The host of the machine no longer answers. The machine's files and variables are lost; the notebook is safe. "
    "Connect to get a machine on another host."
)


def end_lost() -> None:
    """End what was on lost hosts. When such a host comes back, its reconciler stops the boxes that nobody owns."""
    if not hosts.is_judge():
        return
    lost = list(Host.objects.lost().values_list("pk", flat=True))
    PoolBox.objects.filter(host__in=lost).delete()
    for runtime in Runtime.objects.with_boxes().filter(host__in=lost).select_related("type", "plan"):
        if runtime.state == Status.STOPPING:
            lifecycle.end(runtime)  # it has a reason already
        else:
            lifecycle.end(runtime, Reason.HOST_LOST, SENTENCE)
