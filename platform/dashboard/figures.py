"""What goes on now: the figures of the first page, of its socket and of `/metrics`."""

import os
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Now

from accounts.models import Mail, User
from accounts.online import count_online
from feedback.models import Feedback, State
from notebooks.documents.models import Notebook
from runtimes.allocation.hosts import host_memory, places_in_all
from runtimes.allocation.models import PoolBox, Runtime
from runtimes.allocation.states import LIVE
from runtimes.execution.models import Execution

MINUTE = timedelta(minutes=1)


def now() -> dict[str, Any]:
    """Everything that changes from second to second, as JSON values; bytes where it is memory."""
    states = dict(Runtime.objects.live().order_by().values_list("state").annotate(Count("pk")))
    types = dict(Runtime.objects.with_boxes().order_by().values_list("type__name").annotate(Count("pk")))
    used = Runtime.objects.with_boxes().aggregate(memory=Sum("memory_used"), disk=Sum("disk_used"))
    memory = host_memory()
    return {
        "people_online": count_online(),
        "runtimes": {state: states.get(state, 0) for state in sorted(LIVE)},
        "types": types,
        "accelerators": Runtime.objects.with_boxes().exclude(type__accelerator="").count(),
        "waiting": states.get("requested", 0),
        "boxes_most": places_in_all(),
        "pool": PoolBox.objects.count(),
        "running": Execution.objects.unfinished().count(),
        "runs_last_minute": Execution.objects.filter(queued_at__gt=Now() - MINUTE).count(),
        "runtime_memory": used["memory"] or 0,
        "runtime_disk": used["disk"] or 0,
        "host_memory_used": memory["MemTotal"] - memory["MemAvailable"],
        "host_memory": memory["MemTotal"],
        "host_memory_high": memory["MemTotal"] * 9 // 10,
        "host_load": round(os.getloadavg()[0], 2),
        "host_processors": os.cpu_count() or 1,
        "mail_waiting": Mail.objects.filter(state=Mail.State.WAITING.value).count(),
        "feedback_open": Feedback.objects.filter(state=State.OPEN.value).count(),
    }


def totals() -> dict[str, int]:
    """What grows slowly."""
    return {
        "people": User.objects.filter(is_active=True).count(),
        "notebooks": Notebook.objects.kept().listed().count(),
    }
