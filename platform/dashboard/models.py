"""Announcements, and the figures of each day."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def current(self) -> Self:
        """Those that are shown now, the latest first."""
        begun = self.filter(begins_at__lte=Now()).filter(Q(ends_at=None) | Q(ends_at__gt=Now()))
        return begun.order_by("-begins_at", "-pk")


class Announcement(models.Model):
    """A sentence on every page, from a moment until another."""

    LEVELS = (("info", _("Information")), ("warning", _("Warning")))

    text_en = models.CharField(_("text in English"), max_length=500)
    text_ja = models.CharField(_("text in Japanese"), max_length=500, blank=True)
    level = models.CharField(_("kind"), max_length=10, choices=LEVELS, default="info")
    begins_at = models.DateTimeField(_("from"), db_default=Now(), db_index=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = AnnouncementQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text_en

    @property
    def text(self) -> str:
        """In the reader's language, where there is a text in it."""
        return self.text_ja if translation.get_language() == "ja" and self.text_ja else self.text_en


class Day(models.Model):
    """What happened on one day (UTC). The rows of runs and machines that it is counted from may be long gone."""

    day = models.DateField(primary_key=True)
    people = models.IntegerField(default=0, help_text="who ran something or had a machine")
    new_people = models.IntegerField(default=0)
    runs = models.IntegerField(default=0)
    failed_runs = models.IntegerField(default=0)
    machines = models.IntegerField(default=0, help_text="that were made ready")
    failed_machines = models.IntegerField(default=0, help_text="that ended as failed, lost or out of memory")
    machine_seconds = models.BigIntegerField(default=0)
    feedback = models.IntegerField(default=0)

    def __str__(self) -> str:
        return str(self.day)
