"""Runtimes, and a row for each change of a runtime; what there is to be had is in `offers`."""

import uuid
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from runtimes.allocation.abuse_rows import AbuseFlag, QuietWatch
from runtimes.allocation.drive_rows import Attachment
from runtimes.allocation.host_rows import Host
from runtimes.allocation.news import send_news
from runtimes.allocation.offers import Plan, PlanHolder, RuntimeType
from runtimes.allocation.pool_rows import PoolBox
from runtimes.allocation.states import LIVE, Reason, Status, check_move
from runtimes.allocation.usage_rows import Metered, UsageDay

__all__ = [
    "AbuseFlag",
    "Attachment",
    "Canary",
    "Host",
    "Plan",
    "PlanHolder",
    "PoolBox",
    "QuietWatch",
    "Runtime",
    "RuntimeChange",
    "RuntimeNote",
    "RuntimeType",
    "UsageDay",
]

STATUSES = [(status.value, status.value) for status in Status]
REASONS = [("", "")] + [(reason.value, reason.value) for reason in Reason]


class RuntimeQuerySet(models.QuerySet["Runtime"]):
    def live(self) -> Self:
        return self.filter(state__in=sorted(LIVE))

    def waiting(self) -> Self:
        """Those in line, before a box was made for them."""
        return self.filter(state=Status.REQUESTED.value)

    def kept_by(self, host: str) -> Self:
        """Those whose box is on this host, and those that are on none."""
        return self.filter(Q(host=host) | Q(host=None))

    def with_boxes(self) -> Self:
        """Those that take a place on a host."""
        return self.filter(state__in=[Status.STARTING.value, Status.READY.value, Status.STOPPING.value])


class Runtime(Metered):
    """One box, lent to one person for one notebook.

    `kernelspec` is the name of the kernel that it runs, or starts; `kernel` how that is. `last_activity_at` is when
    its owner last used it, `seen_at` when a page of theirs was last open for it. `received` is the number of the last
    frame of the agent whose consequences are committed; `generation` fences older links of the agent; `session` names
    the present kernel session, `kernel_cause` why the last one ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="runtimes")
    audience = models.CharField(max_length=64)
    type = models.ForeignKey(RuntimeType, models.PROTECT)
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="runtimes")
    host = models.ForeignKey(Host, models.SET_NULL, null=True, related_name="runtimes")
    state = models.CharField(max_length=12, choices=STATUSES, default=Status.REQUESTED.value)
    reason = models.CharField(max_length=20, choices=REASONS, blank=True, default="")
    reason_detail = models.TextField(blank=True, default="")
    token_digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    generation = models.IntegerField(default=0)
    received = models.BigIntegerField(default=0)
    boot = models.CharField(max_length=64, blank=True, default="")
    session = models.CharField(max_length=64, blank=True, default="")
    kernel = models.CharField(max_length=12, blank=True, default="starting")
    kernelspec = models.CharField(max_length=100, default="python3")
    kernel_cause = models.CharField(max_length=12, blank=True, default="")
    requested_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    linked_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    accelerator_used_at = models.DateTimeField(null=True)
    memory_used = models.BigIntegerField(null=True)
    disk_used = models.BigIntegerField(null=True)
    ends_at = models.DateTimeField(null=True)

    objects = RuntimeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "audience"], condition=Q(state__in=sorted(LIVE)), name="one_live_runtime_per_notebook"
            ),
        )
        indexes = (
            models.Index(fields=["state"], condition=Q(state__in=sorted(LIVE)), name="live_runtimes"),
            models.Index(fields=["changed_at"], name="runtimes_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.type} of {self.owner} ({self.state})"

    @property
    def is_live(self) -> bool:
        return Status(self.state) in LIVE

    @property
    def idle(self) -> timedelta:
        """How long it may be unused."""
        return (self.plan or Plan()).idle(self.type)

    @property
    def lifetime(self) -> timedelta:
        """How long it may live."""
        return (self.plan or Plan()).lifetime(self.type)

    def move(self, new: Status, *, reason: str = "", detail: str = "", **fields: Any) -> bool:
        """Take one step, unless somebody else moved this runtime first.

        The state we last read is part of the WHERE clause, so of two workers racing for the same runtime exactly one is
        told True. The change is written down with it, and those who watch are told after the commit.
        """
        old = Status(self.state)
        check_move(old, new)
        if reason:
            fields |= {"reason": reason, "reason_detail": detail}
        with transaction.atomic():
            mine = Runtime.objects.filter(pk=self.pk, state=old)
            won = mine.update(state=new, changed_at=Now(), **fields) == 1
            if won:
                RuntimeChange.objects.create(runtime=self, old=old, new=new, reason=reason)
                transaction.on_commit(self.announce)
        if won:
            self.refresh_from_db()
        return won

    def announce(self) -> None:
        """Hint to everyone who watches this runtime that its row has changed."""
        send_news(self.audience, str(self.pk))


class RuntimeChange(models.Model):
    """One step in the life of a runtime: the audit trail."""

    runtime = models.ForeignKey(Runtime, models.CASCADE, related_name="changes")
    old = models.CharField(max_length=12)
    new = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.old} → {self.new} {self.reason}".rstrip()


class RuntimeNote(models.Model):
    """Something that happened in a runtime, for its owner's log. `what` is a name, `detail` a sentence or nothing."""

    runtime = models.ForeignKey(Runtime, models.CASCADE, related_name="notes")
    what = models.CharField(max_length=20)
    detail = models.TextField(blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.what} {self.detail}".rstrip()


class Canary(models.Model):
    """When a worker last finished a task, and when beat last sent one (`/readyz`)."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.seen_at:%H:%M:%S}"
