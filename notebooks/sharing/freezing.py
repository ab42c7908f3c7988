"""What administrators do about a notebook: take it down, put it back, and look into it when they must."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import outgoing
from accounts.models import User
from accounts.wording import in_language_of
from notebooks.documents.models import Notebook
from notebooks.sharing.models import GroupGrant, Inspection, Sharing, Visit
from notebooks.sharing.services import access_changed
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import Reason

LOOKS_FOR = timedelta(hours=1)


@transaction.atomic
def freeze(notebook: Notebook, why: str) -> None:
    """From now on nobody changes, runs, shares or copies it; its machines end, and links to it lead nowhere.

    What it is open to besides people named is taken back for good: whoever puts it back does not open it again by that.
    """
    if not notebook.frozen_at:
        _tell_owner(notebook, why)
    GroupGrant.objects.filter(notebook=notebook).delete()
    Sharing.objects.filter(notebook=notebook).update(scope="restricted", key="", organization=None)
    Visit.objects.filter(notebook=notebook).delete()
    for one in _with_playgrounds(notebook):
        Notebook.objects.filter(pk=one.pk, frozen_at=None).update(frozen_at=Now(), frozen_why=why)
        for runtime in Runtime.objects.live().filter(audience=str(one.pk)).select_related("type", "plan"):
            reset_runtime(runtime, Reason.ADMINISTRATOR)
        access_changed(one)


@transaction.atomic
def unfreeze(notebook: Notebook) -> None:
    """Its owner and the people named have the roles again that they had."""
    for one in _with_playgrounds(notebook):
        Notebook.objects.filter(pk=one.pk).update(frozen_at=None, frozen_why="")
        access_changed(one)


def look_into(notebook: Notebook, administrator: User, reason: str) -> Inspection:
    """Let an administrator view it for a while; whoever calls has written down who looks and why."""
    return Inspection.objects.create(notebook=notebook, by=administrator, reason=reason, ends_at=Now() + LOOKS_FOR)


def _with_playgrounds(notebook: Notebook) -> list[Notebook]:
    """The copies in which people work on it without having made it theirs; copies that they keep are theirs."""
    return [notebook, *Notebook.objects.filter(origin=notebook, is_playground=True)]


def _tell_owner(notebook: Notebook, why: str) -> None:
    owner = notebook.owner
    address = settings.TOMONI_ADDRESS + reverse("notebook", args=[notebook.pk])
    words = {"name": notebook.name, "why": why, "address": address}
    with in_language_of(owner):
        subject = _("Your notebook “%(name)s” was frozen") % words
        outgoing.write(owner.email, subject, render_to_string("sharing/email/frozen.txt", words))
