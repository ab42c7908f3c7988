"""A person's secrets, and for which notebooks their code may ask for them."""

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
