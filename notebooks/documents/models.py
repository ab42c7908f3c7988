"""Notebooks as rows: whose they are and what they are called. What is in them is a document (collaboration)."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

NAME_LENGTH = 255


class NotebookQuerySet(models.QuerySet["Notebook"]):
    def kept(self) -> Self:
        return self.filter(trashed_at=None)

    def trashed(self) -> Self:
        return self.exclude(trashed_at=None)

    def touch(self) -> int:
        """Note that these notebooks have changed now, by the database's clock."""
        return self.update(changed_at=Now())


class Notebook(models.Model):
    """One notebook of one person; its id is also the audience of its executions and runtimes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notebooks")
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now(), db_index=True)
    trashed_at = models.DateTimeField(null=True, blank=True)

    objects = NotebookQuerySet.as_manager()

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
