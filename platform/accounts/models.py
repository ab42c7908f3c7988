"""People: users, organizations, memberships, access tokens, sign-in links; mail to them; what administrators did."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import credentials
from accounts.tenants import Departure as Departure
from accounts.tenants import Domain as Domain
from accounts.tenants import Group as Group
from accounts.tenants import GroupMember as GroupMember
from accounts.tenants import Invitation as Invitation
from accounts.tenants import Membership as Membership
from accounts.tenants import Organization as Organization

SIGN_IN_LINK_LIFETIME = timedelta(hours=24)


class UserManager(BaseUserManager["User"]):
    """Makes users; an email address is compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an email address."""

    THEMES = (("adaptive", _("Like my system")), ("light", _("Light")), ("dark", _("Dark")))

    email = models.EmailField(_("email address"))
    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    locale = models.CharField(max_length=8, blank=True, default="")
    theme = models.CharField(max_length=10, choices=THEMES, default="adaptive")
    time_zone = models.CharField(max_length=64, blank=True, default="")
    # What `accounts.preferences` knows, and nothing else.
    preferences = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="one_user_per_email"),)

    def __str__(self) -> str:
        return self.email

    @property
    def display_name(self) -> str:
        return self.name or self.email.split("@")[0]


class Avatar(models.Model):
    """A person's picture, drawn anew by us; found by the digest of what it shows."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="avatar")
    picture = models.BinaryField()
    mime = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"Avatar of {self.user}"


class Closing(models.Model):
    """That a person has closed their account: until `due_at` they may open it again, then it is deleted."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="closing")
    digest = models.CharField(max_length=64, unique=True)  # of the secret in the letter about it
    asked_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.user} goes at {self.due_at:%Y-%m-%d}"


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def valid(self) -> Self:
        now = timezone.now()
        unexpired = models.Q(expires=None) | models.Q(expires__gt=now)
        return self.filter(unexpired, user__is_active=True)

    def issue(self, user: User, name: str, expires: datetime | None = None) -> "tuple[AccessToken, str]":
        """A new token and its secret, which nobody can read again."""
        secret = credentials.new_token()
        token = self.create(
            user=user,
            name=name,
            prefix=secret[: credentials.PREFIX_LENGTH],
            digest=credentials.digest_of(secret),
            expires=expires,
        )
        return token, secret


class AccessToken(models.Model):
    """Lets a program act as a person until it expires or is revoked (deleted)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_tokens")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=20, help_text=_("How the token begins, to recognise it by."))
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def usable(self) -> Self:
        young = timezone.now() - SIGN_IN_LINK_LIFETIME
        return self.filter(used_at=None, created_at__gt=young, user__is_active=True)


class SignInLink(models.Model):
    """Lets a person in once, within a day, without a password."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = SignInLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Sign-in link for {self.user}"


class AuditEntry(models.Model):
    """Something that an administrator did. Names and numbers instead of references: it outlives what it tells of."""

    at = models.DateTimeField(db_default=Now())
    actor = models.BigIntegerField()
    actor_email = models.EmailField()
    act = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=64, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    organization = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict)
    address = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = (
            models.Index(fields=["-at"], name="audit_by_time"),
            models.Index(fields=["organization", "-at"], name="audit_of_an_organization"),
            models.Index(fields=["subject_kind", "subject"], name="audit_of_a_subject"),
        )

    def __str__(self) -> str:
        return f"{self.actor_email}: {self.act} {self.subject_label}"


class Mail(models.Model):
    """A mail on its way: a row first, so that it is sent although tasks are lost or the mail server is away.

    Either its words are here, or `kind` says who finds them when its time has come (`TOMONI_LETTERS`), of what `about`
    names: what is no longer true by then is not sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DROPPED = "dropped"  # meanwhile there was nothing to tell
        FAILED = "failed"  # the mail server did not take it for days

    kind = models.CharField(max_length=20, blank=True, default="")
    about = models.CharField(max_length=40, blank=True, default="")
    to = models.EmailField(blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING.value)
    tries = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["tries", "id"], condition=models.Q(state="waiting"), name="mail_that_waits"),)

    def __str__(self) -> str:
        return f"{self.subject or self.kind} to {self.to or self.about}: {self.state}"


class Online(models.Model):
    """When somebody was last seen with a notebook open; without a reference, for it is written often."""

    person = models.BigIntegerField(primary_key=True)
    seen_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"{self.person} at {self.seen_at:%H:%M:%S}"
