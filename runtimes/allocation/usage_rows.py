"""What people used on each day, and how much of a box's counters is written down already."""

from typing import Any

from django.conf import settings
from django.db import models

GIBIBYTE = 2**30


class Metered(models.Model):
    """A row with a box whose use is counted: up to which figures of which counter it has been taken down."""

    metered_at = models.DateTimeField(null=True)
    meter_counter = models.CharField(max_length=32, blank=True, default="")
    meter_seconds = models.FloatField(default=0)
    meter_cpu_seconds = models.FloatField(default=0)
    meter_memory = models.FloatField(default=0)

    class Meta:
        abstract = True

    def marks(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in Metered._meta.local_fields}


class UsageDay(models.Model):
    """What one person used of one type of machine on one day (UTC)."""

    day = models.DateField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="usage")
    type = models.ForeignKey("allocation.RuntimeType", models.PROTECT, related_name="+")
    seconds = models.FloatField(default=0)
    cpu_seconds = models.FloatField(default=0)
    memory_byte_seconds = models.FloatField(default=0)
    accelerator_seconds = models.FloatField(default=0)

    class Meta:
        app_label = "allocation"
        ordering = ("day", "pk")
        constraints = (models.UniqueConstraint(fields=["day", "user", "type"], name="one_row_of_usage_a_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.user_id}: {self.seconds:.0f} s"

    @property
    def memory_gib_hours(self) -> float:
        return self.memory_byte_seconds / GIBIBYTE / 3600


class UnitsWarning(models.Model):
    """That somebody was told in this month that their compute units run out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    month = models.DateField()

    class Meta:
        app_label = "allocation"
        constraints = (models.UniqueConstraint(fields=["user", "month"], name="one_warning_a_month"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.month:%Y-%m}"
