"""Runtime types, runtimes, and a row for each change of a runtime."""

import uuid
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from runtimes.allocation.news import send_news
from runtimes.allocation.states import LIVE, Reason, Status, check_move

STATUSES = [(status.value, status.value) for status in Status]
REASONS = [("", "")] + [(reason.value, reason.value) for reason in Reason]
NETWORKS = [("none", "none"), ("registries", "registries"), ("outward", "outward")]
GIBIBYTE = 2**30


class RuntimeType(models.Model):
    """A kind of machine that people can ask for, with the limits it is held to."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    kernel = models.CharField(max_length=100, default="python3")
    memory_bytes = models.BigIntegerField(default=12 * GIBIBYTE)
    disk_bytes = models.BigIntegerField(default=107 * GIBIBYTE)
    cpus = models.FloatField(default=2.0)
    pids = models.IntegerField(default=1024)
    accelerator = models.CharField(max_length=40, blank=True, default="")
    idle_minutes = models.FloatField(default=90)
    lifetime_hours = models.FloatField(default=12)
    network = models.CharField(max_length=12, choices=NETWORKS, default="registries")

    def __str__(self) -> str:
        return self.name

    @property
    def idle(self) -> timedelta:
        seconds = settings.TOMONI_IDLE_SECONDS
        return timedelta(minutes=self.idle_minutes) if seconds is None else timedelta(seconds=seconds)

    @property
    def lifetime(self) -> timedelta:
        seconds = settings.TOMONI_LIFETIME_SECONDS
        return timedelta(hours=self.lifetime_hours) if seconds is None else timedelta(seconds=seconds)


class RuntimeQuerySet(models.QuerySet["Runtime"]):
    def live(self) -> Self:
        return self.filter(state__in=sorted(LIVE))


class Runtime(models.Model):
    """One box, lent to one person for one notebook.

    `received` is the number of the last frame of the agent whose consequences are committed; `generation` fences older
    links of the agent; `session` names the present kernel session.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="runtimes")
    audience = models.CharField(max_length=64)
    type = models.ForeignKey(RuntimeType, models.PROTECT)
    state = models.CharField(max_length=12, choices=STATUSES, default=Status.REQUESTED.value)
    reason = models.CharField(max_length=20, choices=REASONS, blank=True, default="")
    reason_detail = models.TextField(blank=True, default="")
    token_digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    generation = models.IntegerField(default=0)
    received = models.BigIntegerField(default=0)
    boot = models.CharField(max_length=64, blank=True, default="")
    session = models.CharField(max_length=64, blank=True, default="")
    kernel = models.CharField(max_length=12, blank=True, default="starting")
    requested_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    linked_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True)

    objects = RuntimeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "audience"], condition=Q(state__in=sorted(LIVE)), name="one_live_runtime_per_notebook"
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} of {self.owner} ({self.state})"

    @property
    def is_live(self) -> bool:
        return Status(self.state) in LIVE

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


class Canary(models.Model):
    """When a worker last finished a task, and when beat last sent one (`/readyz`)."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.seen_at:%H:%M:%S}"
