"""Copies: the playground in which somebody works on what they may only view, and copies that people ask for.

A copy goes on with the original's Yjs history, so what was written in an open page before there was a copy merges into
it as if it had been written there. Its cells show the original's executions, which it is lent.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notebooks.collaboration import store, ydoc
from notebooks.documents import names
from notebooks.documents.models import Notebook
from notebooks.documents.storage import check_room
from notebooks.sharing.services import announce
from runtimes.execution.services import lend


class IsFrozen(Exception):
    """A notebook that was taken down does not go on in copies; the sentence may be shown."""


def copy_notebook(original: Notebook, owner: User) -> Notebook:
    """A notebook of `owner` with all that `original` has: "Copy of …". Raises IsFrozen or StorageFull."""
    _refuse_frozen(original)
    check_room(owner)
    return _copy(original, owner, _copy_name(original), is_playground=False)


def open_playground(original: Notebook, person: User) -> Notebook:
    """The copy of `original` in which `person` works without keeping it, with all that it has by now; or IsFrozen."""
    _refuse_frozen(original)
    if original.is_playground:
        return original
    playground = _playground(original, person)
    if playground is None:
        try:
            return _copy(original, person, original.name, is_playground=True)
        except IntegrityError:  # another tab was faster
            playground = Notebook.objects.get(owner=person, origin=original, is_playground=True)
    try:
        _catch_up(playground, original)
    except store.WrongEpoch:
        keep_playground(playground)  # what was written there does not fit the original any more, and is not lost
        return open_playground(original, person)
    return playground


@transaction.atomic
def keep_playground(playground: Notebook) -> None:
    """Make it a notebook like any other; it stays one when it is one."""
    if not playground.is_playground:
        return
    playground.is_playground = False
    if playground.origin is None or playground.origin.name == playground.name:
        playground.name = _copy_name(playground)
    playground.save(update_fields=["is_playground", "name"])
    Notebook.objects.filter(pk=playground.pk).touch()
    announce(playground, {"type": "notebook.renamed", "name": playground.name})


def _refuse_frozen(original: Notebook) -> None:
    if original.frozen_at is not None:
        raise IsFrozen(_("An administrator has frozen this notebook: it can be looked at, and nothing else."))


def _playground(original: Notebook, person: User) -> Notebook | None:
    return Notebook.objects.filter(owner=person, origin=original, is_playground=True).first()


@transaction.atomic
def _copy(original: Notebook, owner: User, name: str, *, is_playground: bool) -> Notebook:
    stored = store.load(original.pk)
    copy = Notebook.objects.create(owner=owner, name=name, origin=original, is_playground=is_playground)
    store.seed(copy, stored.update, epoch=stored.epoch)
    _lend_results(original, copy, stored)
    return copy


@transaction.atomic
def _catch_up(playground: Notebook, original: Notebook) -> None:
    """Bring what has been written and run in `original` since."""
    stored = store.load(original.pk)
    store.catch_up(playground.pk, stored)
    _lend_results(original, playground, stored)


def _lend_results(original: Notebook, copy: Notebook, stored: store.Stored) -> None:
    document = ydoc.read_document(ydoc.open_document(stored.update))
    if not ydoc.omits(document.metadata):
        lend(str(original.pk), str(copy.pk), ydoc.runs_shown(document))


def _copy_name(original: Notebook) -> str:
    return names.fitted(_("Copy of %s"), original.name)
