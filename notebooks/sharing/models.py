"""Grants: who, besides the owner, may do what with a notebook."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from notebooks.documents.models import Notebook
from notebooks.sharing.roles import GRANTED

ROLES = [(role.value, role.value) for role in GRANTED]


class Grant(models.Model):
    """That a person has a role in a notebook which is somebody else's."""

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=10, choices=ROLES)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["notebook", "user"], name="one_grant_each"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in GRANTED]), name="a_grant_has_a_grantable_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.notebook}"
