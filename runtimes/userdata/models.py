"""A person's secrets and their drive, and for which notebooks their code may ask for them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

NAME_LENGTH = 100


class Secret(models.Model):
    """A value that belongs to a person; here it is sealed (`sealing`)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="secrets")
    name = models.CharField(max_length=NAME_LENGTH)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "name"], name="one_secret_per_name"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.owner_id}"


class SecretGrant(models.Model):
    """Code that runs for `audience`, on a machine of the secret's owner, may ask for it."""

    secret = models.ForeignKey(Secret, models.CASCADE, related_name="grants")
    audience = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["secret", "audience"], name="one_grant_per_audience"),)

    def __str__(self) -> str:
        return f"{self.secret} for {self.audience}"


class Drive(models.Model):
    """A disk of a person's own, on the host on which they first asked for it; without an owner it is to be deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="drive")
    host = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"Drive of {self.owner_id} on {self.host}"


class DriveGrant(models.Model):
    """Code that runs for `audience`, on a machine of the owner, may have the owner's drive."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drive_grants")
    audience = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "audience"], name="one_drive_grant_per_audience"),)

    def __str__(self) -> str:
        return f"Drive of {self.owner_id} for {self.audience}"
