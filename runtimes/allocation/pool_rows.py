"""The rows of the warm pool: boxes that wait, with a kernel started, for whoever connects next."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from runtimes.allocation.usage_rows import Metered

STARTING, WAITING = "starting", "waiting"
HEARD_WITHIN = timedelta(seconds=30)  # whoever holds the link of a waiting box says so more often than that


class PoolBoxQuerySet(models.QuerySet["PoolBox"]):
    def kept_by(self, host: str) -> Self:
        return self.filter(Q(host=host) | Q(host=None))

    def fitting(self, fit: str) -> Self:
        return self.filter(fit=fit)

    def takeable(self) -> Self:
        """Those whose agent is at the other end of a link, with its kernel ready."""
        return self.filter(state=WAITING, heard_at__gt=Now() - HEARD_WITHIN).exclude(host__is_drained=True)

    def release(self, count: int) -> list[str]:
        """Take so many out of the pool, the newest first; their names, for the caller to stop."""
        newest = self.order_by("-made_at").values_list("pk", flat=True)[: max(0, count)]
        # One by one, for each may just be taken.
        return [str(name) for name in newest if PoolBox.objects.filter(pk=name).delete()[0]]


class PoolBox(Metered):
    """One box that belongs to nobody yet. Its id becomes that of the runtime; then this row is gone, and for good.

    `fit` says what it was made as, so that a type that was edited meanwhile gets no machine of its old figures.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.ForeignKey("allocation.RuntimeType", models.CASCADE, related_name="+")
    host = models.ForeignKey("allocation.Host", models.CASCADE, null=True, related_name="pool")
    fit = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=[(state, state) for state in (STARTING, WAITING)], default=STARTING)
    token_digest = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(db_default=Now())

    objects = PoolBoxQuerySet.as_manager()

    class Meta:
        app_label = "allocation"

    def __str__(self) -> str:
        return f"{self.type_id} {self.pk} ({self.state})"
