"""The hosts that keep boxes: what each says of itself, and what administrators want of it."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from runtimes.allocation.offers import RuntimeType


def patience() -> timedelta:
    """A host that was not heard of for so long is lost."""
    return timedelta(seconds=settings.TOMONI_HOST_LOST_SECONDS)


class HostQuerySet(models.QuerySet["Host"]):
    def alive(self) -> Self:
        return self.filter(heard_at__gt=Now() - patience())

    def lost(self) -> Self:
        """Those that fell silent, and those that said goodbye."""
        return self.filter(Q(heard_at=None) | Q(heard_at__lte=Now() - patience()))

    def open(self) -> Self:
        """Those that take new machines."""
        return self.alive().filter(is_drained=False)

    def steady(self) -> Self:
        """Those that have been heard of without a gap for as long as it takes to call another one lost."""
        return self.alive().filter(steady_since__lt=Now() - patience())


class Host(models.Model):
    """A host, by the name under which its worker announces it.

    `kernels` are what its boxes can start. `types` are the short names of the types that it takes, none for all.
    `steady_since` is when the present unbroken row of its announcements began. `heard_at` is nothing for a host that
    was stopped on purpose. `clock_at` is the database's time and `clock_awake` the host's own, counted from its start
    `clock_boot`, when both were last looked at together (`runtimes.allocation.jumps`).
    """

    name = models.CharField(max_length=64, primary_key=True)
    places = models.IntegerField()
    memory = models.BigIntegerField()
    memory_free = models.BigIntegerField()
    memory_reserved = models.BigIntegerField()
    processors = models.IntegerField()
    load = models.FloatField()
    types = models.JSONField(default=list)
    labels = models.JSONField(default=list)
    kernels = models.JSONField(default=list)
    heard_at = models.DateTimeField(null=True)
    steady_since = models.DateTimeField(db_default=Now())
    clock_at = models.DateTimeField(null=True)
    clock_awake = models.FloatField(null=True)
    clock_boot = models.CharField(max_length=36, db_default="")
    is_drained = models.BooleanField(default=False)
    pool_size = models.IntegerField(null=True, blank=True, validators=[MinValueValidator(0)])

    objects = HostQuerySet.as_manager()

    class Meta:
        app_label = "allocation"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def has_memory(self) -> bool:
        """Whether it could bear another box."""
        return self.memory_free > self.memory_reserved

    def takes(self, kind: RuntimeType) -> bool:
        return (not self.types or kind.slug in self.types) and (not kind.label or kind.label in self.labels)
