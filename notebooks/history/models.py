"""Revisions: what a notebook said at moments worth going back to."""

from typing import Self

from django.db import models
from django.db.models.functions import Now

from notebooks.collaboration.ydoc import DocumentValue
from notebooks.documents.models import NAME_LENGTH, Notebook
from notebooks.history.states import unpack_state


class RevisionQuerySet(models.QuerySet["Revision"]):
    def in_order(self) -> Self:
        return self.order_by("epoch", "sequence")

    def light(self) -> Self:
        """Without what may be large."""
        return self.defer("state", "executions")


class Revision(models.Model):
    """The document after its update `sequence`, as plain values (`states.py`): results are referred to, not copied.

    `at` is when the last of it was written, `authors` are the ids of those who wrote since the revision before, and
    `executions` are the runs whose results it shows, which are kept as long as it is.
    A pinned one stays for ever, others are thinned out as they get old.
    """

    class Why(models.TextChoices):
        CREATED = "created"
        IMPORTED = "imported"
        WORK = "work"
        BEFORE_RESTORE = "before-restore"
        RESTORED = "restored"

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="revisions", db_index=False)
    epoch = models.PositiveIntegerField()
    sequence = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    why = models.CharField(max_length=20, choices=Why.choices)
    name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    is_pinned = models.BooleanField(default=False)
    authors = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    executions = models.JSONField(default=list)
    state = models.BinaryField()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["notebook", "epoch", "sequence"], name="one_revision_per_sequence"),
        )

    def value(self) -> DocumentValue:
        return unpack_state(bytes(self.state))

    def __str__(self) -> str:
        return self.name or f"{self.notebook_id} at {self.sequence}"
