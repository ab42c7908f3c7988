"""Organizations, who belongs to them, and how people come to them: by invitation, or by the domain of their address."""

from itertools import chain, count
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


class Organization(models.Model):
    """A school, lab or company: the people who share a Tomoni."""

    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("short name"), max_length=60, unique=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="organizations")

    # What its members may (`accounts.policies`). An empty list is no limit; its names are `runtimes.allocation`'s.
    may_share_outside = models.BooleanField(_("Notebooks may be shared with people outside"), default=True)
    may_share_by_link = models.BooleanField(_("Notebooks may be shared by link"), default=True)
    runtime_types = models.JSONField(_("Runtime types"), default=list, blank=True)
    networks = models.JSONField(_("Networks"), default=list, blank=True)
    default_type = models.CharField(_("Runtime type of who chooses none"), max_length=50, blank=True, default="")
    # To its members, in this role; empty is to nobody. The names are `notebooks.sharing`'s.
    new_notebooks = models.CharField(
        _("New notebooks of members are open to all members"), max_length=10, blank=True, default=""
    )
    runtimes_at_once = models.PositiveIntegerField(_("Runtimes of all members at once"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = self._free_slug()
        super().save(*args, **kwargs)

    def _free_slug(self) -> str:
        """From the name; a number makes it its own."""
        stem = slugify(self.name)[:50] or "organization"
        taken = {"join", "leave", "domain"}  # addresses of ours
        taken |= set(Organization.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        numbered = (f"{stem}-{number}" for number in count(2))
        return next(slug for slug in chain([stem], numbered) if slug not in taken)


class Membership(models.Model):
    """That a person belongs to an organization, and as what."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        ADMIN = "admin", _("Administrator")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER.value)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "organization"], name="one_membership_each"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=Now()).filter(
            models.Q(most=None) | models.Q(used__lt=models.F("most"))
        )


class Invitation(models.Model):
    """That whoever has its secret may join: one person by their address, or, without one, whoever got the link."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField(blank=True, default="")  # in lower case
    role = models.CharField(max_length=10, choices=Membership.Role, default=Membership.Role.MEMBER.value)
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    most = models.PositiveIntegerField(null=True, blank=True)  # how many people may use it
    used = models.PositiveIntegerField(default=0)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["organization", "-created_at"], name="invitations_of_one"),)

    def __str__(self) -> str:
        return self.email or str(_("whoever has the link"))


class Domain(models.Model):
    """A mail domain of an organization, once somebody has shown that they look after it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253)  # in lower case
    digest = models.CharField(max_length=64, unique=True)  # of the secret in the letter to who looks after it
    asked_at = models.DateTimeField(db_default=Now())
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "name"], name="one_row_per_domain"),
            # Of two organizations that claim a domain the first to show it has it.
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(verified_at__isnull=False), name="one_organization_per_domain"
            ),
            models.CheckConstraint(condition=models.Q(name=Lower("name")), name="a_domain_is_in_lower_case"),
        )

    def __str__(self) -> str:
        return self.name


class Departure(models.Model):
    """That somebody left or was removed: the domain of their address does not bring them back."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organization", "user"], name="one_departure_each"),)

    def __str__(self) -> str:
        return f"{self.user} left {self.organization}"


class Group(models.Model):
    """A named list of an organization's members, a class or a team, with which notebooks are shared."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="groups")
    name = models.CharField(_("name"), max_length=150)
    members = models.ManyToManyField(Membership, through="GroupMember", related_name="groups")

    class Meta:
        constraints = (
            models.UniqueConstraint("organization", Lower("name"), name="one_group_of_a_name_in_an_organization"),
        )

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """That somebody is in a group. It hangs on their membership, and so it ends with it."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="places")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="places")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["group", "membership"], name="one_place_each_in_a_group"),)

    def __str__(self) -> str:
        return f"{self.membership.user} in {self.group}"
