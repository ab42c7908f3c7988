"""Feedback: what somebody wrote, what they sent along, and what was answered."""

import secrets
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    return secrets.token_urlsafe(24)


class Kind(models.TextChoices):
    """What it is about."""

    BUG = "bug", _("Something is broken")
    IDEA = "idea", _("An idea")
    QUESTION = "question", _("A question")
    ABUSE = "abuse", _("A notebook does harm")


class State(models.TextChoices):
    """What has become of it."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def incomplete(self) -> Self:
        """Stored, and not yet seen by the task that adds to it and writes the mails."""
        return self.filter(completed_at=None)


class Feedback(models.Model):
    """One message. Its number is what people call it by; whoever has its `key` may read it without an account."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, help_text="The page's own id: sent twice, stored once.")
    key = models.CharField(max_length=40, default=new_key, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="feedback"
    )
    email = models.EmailField(blank=True, help_text="Where an answer goes, if one is wanted.")
    locale = models.CharField(max_length=8, default="en")
    page = models.CharField(max_length=500, blank=True)
    browser = models.CharField(max_length=500, blank=True)
    diagnostics = models.JSONField(default=dict)
    content = models.TextField(blank=True, help_text="Cells that the sender chose to send along.")
    notebook = models.UUIDField(null=True, blank=True)
    runtime = models.UUIDField(null=True, blank=True)
    log = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    original = models.ForeignKey("self", models.SET_NULL, null=True, related_name="duplicates")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN.value)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "feedback"
        indexes = (
            models.Index(fields=["state", "-created_at"], name="feedback_by_state"),
            models.Index(fields=["fingerprint", "id"], name="feedback_alike"),
            models.Index(fields=["id"], condition=models.Q(completed_at=None), name="feedback_incomplete"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"F-{self.pk}"


class Screenshot(models.Model):
    """The picture that came along: as it came until the task has made a harmless one of it."""

    feedback = models.OneToOneField(Feedback, models.CASCADE, related_name="screenshot")
    raw = models.BinaryField(null=True)
    picture = models.BinaryField(null=True)
    mime = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=200, blank=True, help_text="Why there is no picture.")

    def __str__(self) -> str:
        return f"Screenshot of {self.feedback_id}"


class Remark(models.Model):
    """What was said about it afterwards: by its sender, by who answers, or among those who answer."""

    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_answer = models.BooleanField(default=False, help_text="By the team, for the sender.")
    is_internal = models.BooleanField(default=False, help_text="For the team alone.")
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"Remark on {self.feedback_id}"
