"""What people may have: runtime types, the plans that say who gets which, and who has which plan."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

NETWORKS = [
    ("none", _("none")),
    ("registries", _("package registries only")),
    ("outward", _("outward")),
]
GIBIBYTE = 2**30
MEBIBYTE = 2**20
DISK = 107 * GIBIBYTE
DISK_WITH_ACCELERATOR = 68 * GIBIBYTE


class RuntimeType(models.Model):
    """A kind of machine that people can ask for, with the limits it is held to."""

    slug = models.SlugField(_("short name"), unique=True, help_text=_("Notebooks remember it: it stays as it is."))
    name = models.CharField(_("name"), max_length=100)
    position = models.IntegerField(_("position"), default=0, help_text=_("Where it stands among the others."))
    is_offered = models.BooleanField(_("offered"), default=True, help_text=_("Those that run go on in any case."))
    kernel = models.CharField(_("kernel"), max_length=100, default="python3")
    memory_bytes = models.BigIntegerField(
        _("memory (bytes)"), default=12 * GIBIBYTE, validators=[MinValueValidator(128 * MEBIBYTE)]
    )
    disk_bytes = models.BigIntegerField(
        _("disk (bytes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(64 * MEBIBYTE)],
        help_text=_("Empty: 107 GB, or 68 GB with an accelerator."),
    )
    cpus = models.FloatField(_("processors"), default=2.0, validators=[MinValueValidator(0.05)])
    pids = models.IntegerField(_("processes"), default=1024, validators=[MinValueValidator(32)])
    accelerator = models.CharField(
        _("accelerator"), max_length=40, blank=True, default="", help_text=_("As a host calls it, for example T4.")
    )
    label = models.CharField(
        _("label of hosts"), max_length=40, blank=True, default="", help_text=_("Only hosts with this label keep it.")
    )
    idle_minutes = models.FloatField(_("idle minutes"), default=90, validators=[MinValueValidator(1)])
    lifetime_hours = models.FloatField(
        _("lifetime (hours)"), default=12, validators=[MinValueValidator(0.05), MaxValueValidator(24 * 366)]
    )
    unused_accelerator_minutes = models.FloatField(
        _("minutes with an unused accelerator"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("After so long the machine is given back. Empty: never for this."),
    )
    units_per_hour = models.FloatField(
        _("compute units an hour"), default=0, validators=[MinValueValidator(0)], help_text=_("0: it costs none.")
    )
    network = models.CharField(_("network"), max_length=12, choices=NETWORKS, default="registries")

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("runtime type")
        verbose_name_plural = _("runtime types")

    def __str__(self) -> str:
        return self.name

    @property
    def disk(self) -> int:
        """The limit of the disk, in bytes."""
        return self.disk_bytes or (DISK_WITH_ACCELERATOR if self.accelerator else DISK)


class Plan(models.Model):
    """What a person may have: of which types, how many at once, for how long. An empty figure is the type's own."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    is_default = models.BooleanField(_("default"), default=False, help_text=_("For everybody without a plan."))
    types = models.ManyToManyField(
        RuntimeType, verbose_name=_("types"), blank=True, help_text=_("Empty: all that are offered.")
    )
    runtimes_at_once = models.IntegerField(
        _("runtimes at once"), default=5, validators=[MinValueValidator(0), MaxValueValidator(10_000)]
    )
    idle_minutes = models.FloatField(_("idle minutes"), null=True, blank=True, validators=[MinValueValidator(1)])
    lifetime_hours = models.FloatField(
        _("lifetime (hours)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.05), MaxValueValidator(24 * 366)],
    )
    background_minutes = models.FloatField(
        _("minutes in the background"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("So long a machine goes on when nobody has its notebook open. Empty: until it is idle or its end."),
    )

    compute_units = models.FloatField(
        _("compute units a month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: no limit. What costs no units goes on when they are used up."),
    )
    storage_bytes = models.BigIntegerField(
        _("storage (bytes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(MEBIBYTE)],
        help_text=_("Of notebooks, their versions, results and uploads. Empty: no limit."),
    )

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_plan"),
        )
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.name

    @property
    def most_at_once(self) -> int:
        """How many runtimes at once; a setting replaces the figure of every plan."""
        most = settings.TOMONI_RUNTIMES_PER_USER
        return self.runtimes_at_once if most is None else most

    def offered_types(self) -> models.QuerySet[RuntimeType]:
        """The types that somebody with this plan may choose from, in their order."""
        offered = RuntimeType.objects.filter(is_offered=True)
        return offered.filter(pk__in=self.types.all()) if self.types.exists() else offered

    def idle(self, kind: RuntimeType) -> timedelta:
        """How long a machine of this type may be unused."""
        seconds = settings.TOMONI_IDLE_SECONDS
        if seconds is not None:
            return timedelta(seconds=seconds)
        return timedelta(minutes=kind.idle_minutes if self.idle_minutes is None else self.idle_minutes)

    def lifetime(self, kind: RuntimeType) -> timedelta:
        """How long a machine of this type may live."""
        seconds = settings.TOMONI_LIFETIME_SECONDS
        if seconds is not None:
            return timedelta(seconds=seconds)
        return timedelta(hours=kind.lifetime_hours if self.lifetime_hours is None else self.lifetime_hours)

    @property
    def background(self) -> timedelta | None:
        """How long a machine goes on that no page is open for; None for as long as otherwise."""
        return None if self.background_minutes is None else timedelta(minutes=self.background_minutes)


class PlanHolder(models.Model):
    """That a person has a plan, or everybody in an organization."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="holders", verbose_name=_("plan"))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="plan_held",
        verbose_name=_("person"),
    )
    organization = models.OneToOneField(
        "accounts.Organization",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="plan_held",
        verbose_name=_("organization"),
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(organization__isnull=True), name="a_plan_is_a_persons_or_a_groups"
            ),
        )
        verbose_name = _("holder of a plan")
        verbose_name_plural = _("holders of plans")

    def __str__(self) -> str:
        return f"{self.user or self.organization}: {self.plan}"

    def clean(self) -> None:
        if (self.user is None) == (self.organization is None):
            raise ValidationError(_("Choose either a person or an organization."))
