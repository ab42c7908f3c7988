"""Threads of comments, and the letters that tell people of them."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notebooks.comments.anchors import LONGEST_POSITION
from notebooks.comments.mentions import with_names
from notebooks.documents.models import Notebook

CELL_ID_LENGTH = 64


class ThreadQuerySet(models.QuerySet["Thread"]):
    def whole(self) -> Self:
        """With their comments in order, and the people in them."""
        comments = Comment.objects.select_related("author").prefetch_related("mentioned").order_by("number")
        return self.select_related("resolved_by").prefetch_related(models.Prefetch("comments", queryset=comments))


class Thread(models.Model):
    """A conversation about a cell or, with `start` and `end`, about a piece of its text.

    The two are Yjs relative positions, which only a page can resolve; `quote` is what stood between them at the time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="threads")
    cell = models.CharField(max_length=CELL_ID_LENGTH)
    start = models.CharField(max_length=LONGEST_POSITION, blank=True, default="")
    end = models.CharField(max_length=LONGEST_POSITION, blank=True, default="")
    quote = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(start="", end="") | (~models.Q(start="") & ~models.Q(end="")),
                name="an_anchor_has_two_ends",
            ),
        )

    def __str__(self) -> str:
        return f"Thread {self.pk} on cell {self.cell}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def living(self) -> Self:
        return self.filter(deleted_at=None)


class Comment(models.Model):
    """What one person wrote in a thread; the first is what the thread is about.

    A deleted first comment stays as an empty row while there are replies to it. The author is None once their account
    is gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="comments")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments")
    text = models.TextField(blank=True)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["thread", "number"], name="one_comment_per_number"),)

    def __str__(self) -> str:
        return f"Comment {self.number} of {self.thread_id}"

    @property
    def readable(self) -> str:
        """The text as it is read: people by name."""
        return with_names(self.text, {person.email.lower(): person.display_name for person in self.mentioned.all()})


class LetterQuerySet(models.QuerySet["Letter"]):
    def untold(self) -> Self:
        return self.filter(told_at=None)


class Letter(models.Model):
    """That one person is to hear of one comment, once; the mail that tells it is `accounts.outgoing`'s."""

    class Why(models.TextChoices):
        MENTION = "mention"
        REPLY = "reply"
        OWNER = "owner"

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="letters")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    why = models.CharField(max_length=10, choices=Why)
    created_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["comment", "person"], name="one_letter_each"),)
        indexes = (models.Index(fields=["person"], condition=models.Q(told_at=None), name="letters_untold"),)

    def __str__(self) -> str:
        return f"Letter to {self.person_id} about {self.comment_id}"


class Wish(models.Model):
    """Of which comments somebody wants to hear by mail; who has not said has no row, and hears of all."""

    class Which(models.TextChoices):
        ALL = "all", _("Every comment in my notebooks, and what is for me elsewhere")
        MINE = "mine", _("Only what is for me: mentions, and replies where I take part")
        NONE = "none", _("None")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    which = models.CharField(max_length=10, choices=Which)

    def __str__(self) -> str:
        return f"{self.person_id} hears of {self.which}"
