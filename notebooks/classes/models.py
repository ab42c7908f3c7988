"""What was handed out to whom."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now

from notebooks.documents.models import Notebook


class Handout(models.Model):
    """A notebook that somebody handed out."""

    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="handouts")
    notebook = models.ForeignKey(Notebook, models.SET_NULL, null=True, related_name="handouts")
    name = models.CharField(max_length=255)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class Copy(models.Model):
    """One person's copy: the teacher owns it, the person with this address edits it until it is collected."""

    handout = models.ForeignKey(Handout, models.CASCADE, related_name="copies")
    email = models.EmailField()  # in lower case
    notebook = models.OneToOneField(Notebook, models.SET_NULL, null=True, related_name="handed_out")
    at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["handout", "email"], name="one_copy_each"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="a_copys_address_is_in_lower_case"),
        )

    def __str__(self) -> str:
        return f"{self.handout} for {self.email}"
