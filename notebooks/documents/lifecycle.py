"""The end of what nobody wants any more: playgrounds that were left."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from notebooks.documents.models import Notebook
from notebooks.sharing.services import announce
from runtimes.allocation.models import Runtime
from runtimes.execution.clearing import forget_audience
from runtimes.userdata.services import forget_grants


def delete_old_playgrounds() -> None:
    """Delete what nobody has changed for some days, and whose machine is gone."""
    age = timedelta(days=settings.TOMONI_PLAYGROUND_DAYS)
    old = Notebook.objects.filter(is_playground=True, changed_at__lt=Now() - age)
    for identity in old.values_list("pk", flat=True):
        if not Runtime.objects.live().filter(audience=str(identity)).exists():
            _delete_playground(identity, age)


@transaction.atomic
def _delete_playground(identity: UUID, age: timedelta) -> None:
    """Delete it, if it still is what it was when it was found."""
    locked = Notebook.objects.select_for_update().filter(pk=identity, is_playground=True)
    playground = locked.filter(changed_at__lt=Now() - age).first()
    if playground is None:
        return
    announce(playground, {"type": "notebook.access"})
    forget_audience(str(identity))
    forget_grants(str(identity))
    playground.delete()
