"""What looked like abuse in a machine, for an administrator; and since when a machine is watched for quiet load."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

KINDS = (
    ("mining", _("mining program")),
    ("pool", _("mining pool")),
    ("scan", _("many places tried in vain")),
    ("quiet-load", _("full load that nobody watches")),
)
OPEN, CLEARED, CONFIRMED = "open", "cleared", "confirmed"


class AbuseFlag(models.Model):
    """One thing that was seen in one machine. Who cleared one says that it was a false alarm."""

    runtime = models.ForeignKey("allocation.Runtime", models.CASCADE, related_name="flags")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=KINDS)
    evidence = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=[(one, one) for one in (OPEN, CLEARED, CONFIRMED)], default=OPEN)
    is_stopped = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "allocation"
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint(fields=["runtime", "kind"], name="one_flag_of_a_kind_for_a_machine"),)
        indexes = (models.Index(fields=["owner"], condition=Q(state=OPEN), name="open_flags"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.evidence}"


class QuietWatch(models.Model):
    """From which figures on a machine has been seen by nobody and has printed nothing."""

    runtime = models.OneToOneField("allocation.Runtime", models.CASCADE, related_name="quiet", primary_key=True)
    begun_at = models.DateTimeField(db_default=Now())
    counter = models.CharField(max_length=32)
    seconds = models.FloatField()
    cpu_seconds = models.FloatField()
    received = models.BigIntegerField()

    class Meta:
        app_label = "allocation"

    def __str__(self) -> str:
        return f"{self.runtime_id} since {self.begun_at:%H:%M}"
