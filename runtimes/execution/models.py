"""Executions, the log of what they print, and the large parts that are kept outside the database."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Now

from runtimes.allocation.models import Runtime
from runtimes.execution.audiences import open_to
from runtimes.execution.states import UNFINISHED, State

STATES = [(state.value, state.value) for state in State]


class ExecutionQuerySet(models.QuerySet["Execution"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=sorted(UNFINISHED))

    def finished(self) -> Self:
        return self.exclude(state__in=sorted(UNFINISHED))

    def in_order(self) -> Self:
        return self.order_by("order")

    def unlent(self) -> Self:
        """Those that nobody but their own audience reads."""
        return self.filter(uses=None)

    def seen_by(self, audience: str) -> Self:
        """What `audience` may read: its own runs, and those that it was lent."""
        lent = ExecutionUse.objects.filter(execution=OuterRef("pk"), audience__in=open_to(audience))
        return self.filter(Q(audience__in=open_to(audience)) | Exists(lent))


class Execution(models.Model):
    """One run of one piece of code, and what came of it.

    `outputs` is the packed list of outputs as it was after operation `folded`; the operations after that, up to
    `number`, are rows of their own (`OutputEvent`). `hidden` has the present figures of trimmed streams, `displays` the
    display ids in use, `prompt` the question that `input()` waits with, `session` the kernel that it began in. What is
    not to be kept goes with its machine. `audience` is of everyone who sees the notebook, or of one person in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.CharField(max_length=64)
    runtime = models.ForeignKey(Runtime, models.SET_NULL, null=True, related_name="executions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    code = models.BinaryField()
    cell = models.CharField(max_length=200, blank=True, default="")
    batch = models.CharField(max_length=64, blank=True, default="")
    order = models.BigIntegerField(db_default=Func(Value("execution_order"), function="nextval"))
    state = models.CharField(max_length=8, choices=STATES, default=State.QUEUED.value)
    count = models.IntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    queued_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    number = models.IntegerField(default=0)
    folded = models.IntegerField(default=0)
    outputs = models.BinaryField(null=True)
    hidden = models.BinaryField(null=True)
    displays = models.TextField(blank=True, default="")
    prompt = models.BinaryField(null=True)
    is_kept = models.BooleanField(default=True, db_default=True)
    session = models.CharField(max_length=64, blank=True, default="", db_default="")

    objects = ExecutionQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["audience", "changed_at"], name="execution_news"),
            models.Index(fields=["runtime", "order"], name="execution_queue"),
            models.Index(fields=["queued_at"], name="execution_by_time"),
            models.Index(fields=["state"], condition=Q(state__in=sorted(UNFINISHED)), name="execution_unfinished"),
        )

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"

    @property
    def is_unfinished(self) -> bool:
        return State(self.state) in UNFINISHED

    def public(self) -> dict[str, Any]:
        """What pages know of this row (the `execution` value of frames); `by` has to be loaded."""
        return {
            "id": str(self.pk),
            "state": self.state,
            "count": self.count,
            "by": {"id": self.by.pk, "name": self.by.display_name} if self.by else None,
            "queued": _moment(self.queued_at),
            "sent": _moment(self.sent_at),
            "started": _moment(self.started_at),
            "ended": _moment(self.ended_at),
            "reason": self.reason,
            "number": self.number,
            "session": self.session,
        }


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


class ExecutionUse(models.Model):
    """Who may read an execution besides its own audience: a copy of a notebook shows what ran in the original.

    An execution that has uses is needed, whatever became of the notebook that it ran in: deleting it fails.
    """

    audience = models.CharField(max_length=64)
    execution = models.ForeignKey(Execution, models.PROTECT, related_name="uses")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["audience", "execution"], name="one_execution_use_per_audience"),
        )

    def __str__(self) -> str:
        return f"{self.audience}: {self.execution_id}"


class OutputEvent(models.Model):
    """One output operation of an execution that is not folded yet."""

    execution = models.ForeignKey(Execution, models.CASCADE, related_name="events", db_index=False)
    number = models.IntegerField()
    op = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["execution", "number"], name="one_operation_per_number"),)

    def __str__(self) -> str:
        return f"{self.execution_id}#{self.number}"


class OutputText(models.Model):
    """A piece of stream text that the page does not show: the rest of a trimmed output, kept for download."""

    execution = models.ForeignKey(Execution, models.CASCADE, related_name="texts", db_index=False)
    index = models.IntegerField()
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["execution", "index", "number"], name="one_text_per_number"),)

    def __str__(self) -> str:
        return f"{self.execution_id}[{self.index}]#{self.number}"


class Blob(models.Model):
    """A large part of an output, kept in Django's storage under its digest."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.sha256


class BlobUseQuerySet(models.QuerySet["BlobUse"]):
    def seen_by(self, audience: str) -> Self:
        """Parts of what `audience` may read: its own, and those of executions that it was lent."""
        names = open_to(audience)
        return self.filter(Q(audience__in=names) | Q(execution__uses__audience__in=names))


class BlobUse(models.Model):
    """Who may fetch a blob: those who may see what `audience` stands for; and the execution that it is a part of.

    Where no execution is named, it is kept as long as its audience.
    """

    audience = models.CharField(max_length=64)
    blob = models.ForeignKey(Blob, models.CASCADE, related_name="uses")
    execution = models.ForeignKey(Execution, models.CASCADE, null=True, related_name="blob_uses")

    objects = BlobUseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["audience", "blob", "execution"], name="one_blob_use_per_execution", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.audience}: {self.blob_id}"
