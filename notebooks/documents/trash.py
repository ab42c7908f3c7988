"""The trash: what lies in it, and the end of what has lain there long enough or is to go now."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from notebooks.documents.models import Notebook, NotebookQuerySet
from notebooks.history.clock import database_now
from runtimes.execution.clearing import forget_audience
from runtimes.userdata.services import forget_grants

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trashed:
    """A notebook in the trash, and for how many more days it stays there."""

    notebook: Notebook
    days: int


def trashed_notebooks(owner: User) -> list[Trashed]:
    """My notebooks in the trash, the last trashed first."""
    mine = Notebook.objects.trashed().filter(owner=owner).order_by("-trashed_at")
    now, stay = database_now(), timedelta(days=settings.TOMONI_TRASH_DAYS)
    return [Trashed(notebook, _days(stay - (now - (notebook.trashed_at or now)))) for notebook in mine]


def delete_for_ever(notebook: Notebook) -> bool:
    """Delete a notebook that is in the trash, with all that is of it; False when it is not there any more."""
    return _delete(Notebook.objects.trashed(), notebook.pk)


def empty_trash(owner: User) -> int:
    """Delete for ever all that this person has in the trash; how many notebooks that were."""
    mine = Notebook.objects.trashed().filter(owner=owner, frozen_at=None)
    return sum(_delete(mine, pk) for pk in list(mine.values_list("pk", flat=True)))


def end_old_trash() -> int:
    """Delete for ever what has been in the trash too long; how many notebooks that were."""
    age = timedelta(days=settings.TOMONI_TRASH_DAYS)
    # What an administrator has frozen may be wanted as evidence.
    old = Notebook.objects.trashed().filter(trashed_at__lt=Now() - age, frozen_at=None)
    return sum(_delete(old, pk) for pk in list(old.values_list("pk", flat=True)))


@transaction.atomic
def _delete(among: NotebookQuerySet, notebook_id: UUID) -> bool:
    """Delete the notebook if it is still one of these; what it printed stays only where a copy shows it."""
    notebook = among.select_for_update().filter(pk=notebook_id).first()
    if notebook is None:
        return False
    notebook.delete()
    forget_audience(str(notebook_id))
    forget_grants(str(notebook_id))
    return True


def _days(left: timedelta) -> int:
    """Begun days count."""
    return max(0, -(-left // DAY))
