"""Notebooks as rows: whose they are and what they are called. What is in them is a document (collaboration)."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

NAME_LENGTH = 255


class NotebookQuerySet(models.QuerySet["Notebook"]):
    def listed(self) -> Self:
        """Those that somebody has made on purpose: playgrounds are found from their original only."""
        return self.filter(is_playground=False)

    def kept(self) -> Self:
        return self.filter(trashed_at=None)

    def trashed(self) -> Self:
        return self.exclude(trashed_at=None)

    def touch(self) -> int:
        """Note that these notebooks have changed now, by the database's clock."""
        return self.update(changed_at=Now())


class Notebook(models.Model):
    """One notebook of one person; its id is also the audience of its executions and runtimes.

    `origin` is the notebook that it was copied from. A playground is the copy that a person works in without having
    asked for one: one for each original, theirs alone, and deleted some days after its last change unless they keep it.
    `example` names the notebook of ours that it is a copy of, with its language. A frozen notebook was taken down by an
    administrator: nobody changes, runs, shares or copies it, and only its owner and people named may look at it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notebooks")
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now(), db_index=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    origin = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    is_playground = models.BooleanField(default=False, db_default=False)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_why = models.CharField(max_length=500, blank=True, default="", db_default="")  # its owner reads it
    example = models.CharField(max_length=60, blank=True, default="", db_default="")

    objects = NotebookQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "origin"], condition=models.Q(is_playground=True), name="one_playground_each"
            ),
            models.UniqueConstraint(
                fields=["owner", "example"],
                condition=models.Q(is_playground=True, trashed_at=None) & ~models.Q(example=""),
                name="one_copy_of_an_example",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Original(models.Model):
    """The uploaded file, kept byte for byte where reading it changed something: another format, repaired cell ids."""

    notebook = models.OneToOneField(Notebook, models.CASCADE, primary_key=True, related_name="original")
    filename = models.CharField(max_length=NAME_LENGTH)
    notices = models.JSONField(default=list)
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"The upload {self.filename}"
