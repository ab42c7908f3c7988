"""Who, besides the owner, may do what with a notebook: by name, as a member of an organization, or by a link."""

from typing import Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now

from accounts.models import Group, GroupMember, Membership, Organization
from notebooks.documents.models import Notebook
from notebooks.sharing.roles import GRANTED, Role

ROLES = [(role.value, role.value) for role in GRANTED]
IS_GRANTED = models.Q(role__in=[role.value for role in GRANTED])
KEY_LENGTH = 64


class GrantQuerySet(models.QuerySet["Grant"]):
    def valid(self) -> Self:
        """Those that have not expired, by the database's clock."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=Now()))

    def reaching(self, user: int) -> Self:
        """Those for an address that this person has proved to be theirs; any other address proves nothing."""
        proved = EmailAddress.objects.filter(user=user, verified=True)
        return self.filter(email__in=proved.values(lower=Lower("email")))


class Grant(models.Model):
    """That whoever proves to have an address has a role in a notebook which is somebody else's.

    It is made for an address and not for an account, so that it can wait for one, and so that whoever makes it learns
    nothing about accounts.
    """

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="grants")
    email = models.EmailField()  # in lower case
    role = models.CharField(max_length=10, choices=ROLES)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["notebook", "email"], name="one_grant_per_address"),
            models.CheckConstraint(condition=IS_GRANTED, name="a_grant_has_a_grantable_role"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="a_grants_address_is_in_lower_case"),
        )
        indexes = (models.Index(fields=["email"], name="grants_of_an_address"),)

    def __str__(self) -> str:
        return f"{self.email} is {self.role} of {self.notebook}"


class GroupGrantQuerySet(models.QuerySet["GroupGrant"]):
    def valid(self) -> Self:
        """Those by which anybody gets in: the owner, too, has to be of the group's organization."""
        theirs = Membership.objects.filter(
            user=models.OuterRef("notebook__owner"), organization=models.OuterRef("group__organization")
        )
        return self.filter(models.Exists(theirs))

    def reaching(self, user: int) -> Self:
        """Those for a group in which this person is."""
        return self.filter(
            models.Exists(GroupMember.objects.filter(group=models.OuterRef("group"), membership__user=user))
        )


class GroupGrant(models.Model):
    """That whoever is in a group at that moment has a role in a notebook which is somebody else's."""

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="group_grants")
    group = models.ForeignKey(Group, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=10, choices=ROLES)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = GroupGrantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["notebook", "group"], name="one_grant_per_group"),
            models.CheckConstraint(condition=IS_GRANTED, name="a_group_has_a_grantable_role"),
        )

    def __str__(self) -> str:
        return f"{self.group} is {self.role} of {self.notebook}"


class Inspection(models.Model):
    """That an administrator looks into a notebook which nobody has shared with them, for a while and for a reason."""

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="inspections")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["by", "notebook", "ends_at"], name="inspections_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.by} looks into {self.notebook_id}"


class Scope(models.TextChoices):
    """For whom a notebook is open without their being named."""

    RESTRICTED = "restricted"
    ORGANIZATION = "organization"
    LINK = "link"


class Sharing(models.Model):
    """How a notebook is shared beyond the people named; without this row it is not."""

    notebook = models.OneToOneField(Notebook, models.CASCADE, primary_key=True, related_name="sharing")
    scope = models.CharField(max_length=12, choices=Scope, default=Scope.RESTRICTED.value)
    role = models.CharField(max_length=10, choices=ROLES, default=Role.VIEWER.value)
    # When it is dissolved, nobody is a member: the row goes on saying what editors may do.
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH, blank=True, default="")
    may_editors_share = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=IS_GRANTED, name="general_access_has_a_grantable_role"),
            models.CheckConstraint(
                condition=models.Q(scope=Scope.LINK.value) & ~models.Q(key="")
                | ~models.Q(scope=Scope.LINK.value) & models.Q(key=""),
                name="a_link_and_nothing_else_has_a_key",
            ),
            models.CheckConstraint(
                condition=models.Q(scope=Scope.ORGANIZATION.value) | models.Q(organization=None),
                name="an_organization_is_named_only_for_itself",
            ),
        )

    def __str__(self) -> str:
        return f"{self.notebook} is open to {self.scope}"


class Visit(models.Model):
    """That a person who was not named has opened a notebook: by this key, or, without one, through an organization."""

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH, blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["notebook", "user"], name="one_visit_each"),)

    def __str__(self) -> str:
        return f"{self.user} has opened {self.notebook}"


class Letter(models.Model):
    """What a mail about a share is to say; gone once it was sent, with its note."""

    class Kind(models.TextChoices):
        SHARED = "shared"
        OWNER = "owner"

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    to = models.EmailField()
    note = models.TextField(blank=True, default="")
    locale = models.CharField(max_length=8)  # the sender's, for people who have no account
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"Letter to {self.to} about {self.notebook}"


class Tally(models.Model):
    """How often a person did something that may be done only so often, by the hour."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    what = models.CharField(max_length=20)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "what", "hour"], name="one_tally_each_hour"),)

    def __str__(self) -> str:
        return f"{self.count} of {self.what} by {self.user}"
