"""A notebook's shared document as rows: a snapshot, and the log of the updates accepted since."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Document(models.Model):
    """The Y.Doc of one notebook, seeded once per epoch; its row is what writers lock.

    `sequence` numbers the last accepted update, `snapshot` holds all up to and including `snapshot_sequence`.
    """

    notebook = models.OneToOneField("documents.Notebook", models.CASCADE, primary_key=True, related_name="document")
    epoch = models.PositiveIntegerField(default=1)
    sequence = models.BigIntegerField(default=0)
    snapshot = models.BinaryField()
    snapshot_sequence = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(snapshot_sequence__lte=models.F("sequence")), name="a_snapshot_is_of_the_log"
            ),
        )

    def __str__(self) -> str:
        return f"Document of {self.notebook_id} at {self.sequence}"


class DocumentUpdate(models.Model):
    """One accepted update, as the platform understood it, and who sent it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="updates")
    epoch = models.PositiveIntegerField()
    sequence = models.BigIntegerField()
    data = models.BinaryField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["document", "epoch", "sequence"], name="one_update_per_sequence"),
        )

    def __str__(self) -> str:
        return f"Update {self.sequence} of {self.document_id}"


class Writer(models.Model):
    """When a person last wrote what is in the snapshot now: the rows that said so are folded and gone."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="writers")
    epoch = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sequence = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["document", "epoch", "author"], name="one_row_per_writer"),)

    def __str__(self) -> str:
        return f"{self.author_id} up to {self.sequence} of {self.document_id}"
