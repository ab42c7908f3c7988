"""The drive of a runtime's owner in that runtime: what was asked for, and what came of it."""

from django.db import models
from django.db.models.functions import Now

PLACE_LENGTH = 200


class Attachment(models.Model):
    """One row for a runtime whose code, or whose owner, has asked for the drive.

    `asking` waits for the owner, `wanted` and `leaving` for the host; `failed` has a sentence.
    """

    class State(models.TextChoices):
        ASKING = "asking"
        REFUSED = "refused"
        WANTED = "wanted"
        ATTACHED = "attached"
        FAILED = "failed"
        LEAVING = "leaving"

    runtime = models.OneToOneField("allocation.Runtime", models.CASCADE, primary_key=True, related_name="attachment")
    place = models.CharField(max_length=PLACE_LENGTH)
    state = models.CharField(max_length=8, choices=State)
    sentence = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "allocation"

    def __str__(self) -> str:
        return f"{self.runtime_id} at {self.place}: {self.state}"
