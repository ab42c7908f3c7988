"""People's drives in their runtimes: what code and pages ask for. The hosts carry it out in `attending`.

Code asks by `want`, and then by `look` until there is an answer. The first time a notebook's code asks, the owner is
asked: a notebook that somebody else wrote is to have nobody's files unasked. A nudge that was lost with Redis is sent
again by whoever looks.
"""

from functools import partial

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from runtimes.allocation import tasks
from runtimes.allocation.lifecycle import UNNUDGED
from runtimes.allocation.models import Attachment, Runtime
from runtimes.userdata import drives

State = Attachment.State


@transaction.atomic
def want(runtime: Runtime, place: str) -> Attachment:
    """The drive is wanted at this place: if the owner has granted it, it is attached, else they are to be asked."""
    row = _locked(runtime)
    if row is not None and row.state == State.ATTACHED and row.place != place:
        sentence = f"Your drive is already mounted at {row.place}. Unmount it there first: drive.flush_and_unmount()."
        return Attachment(runtime=runtime, place=place, state=State.FAILED, sentence=sentence)
    granted = drives.is_granted(runtime.owner, runtime.audience)
    return _put(runtime, place, State.WANTED if granted else State.ASKING)


@transaction.atomic
def look(runtime: Runtime) -> Attachment | None:
    """How it stands; None where nobody has asked, or it was taken off."""
    row = _locked(runtime)
    waits = row is not None and row.state in {State.WANTED, State.LEAVING}
    overdue = Attachment.objects.filter(pk=runtime.pk, changed_at__lt=Now() - UNNUDGED)
    if waits and overdue.update(changed_at=Now()):
        _nudge(runtime)
    return row


@transaction.atomic
def give_back(runtime: Runtime) -> None:
    """Take the drive off, when all is written."""
    row = _locked(runtime)
    if row is None:
        return
    if row.state in {State.WANTED, State.ATTACHED, State.LEAVING}:
        _put(runtime, row.place, State.LEAVING)
    else:
        row.delete()


@transaction.atomic
def answer(owner: User, audience: str, runtime: Runtime | None, place: str, *, granted: bool) -> None:
    """The owner says whether code in this notebook may have their drive: what waits for that goes on, or has its no."""
    if granted:
        drives.grant(owner, audience)
        if runtime is not None:
            row = _locked(runtime)
            want(runtime, row.place if row is not None else place)
        return
    drives.revoke(owner, audience)
    if runtime is not None:
        row = _locked(runtime)
        if row is not None and row.state == State.ASKING:
            _put(runtime, row.place, State.REFUSED)
        elif row is not None:
            give_back(runtime)


def _locked(runtime: Runtime) -> Attachment | None:
    """The row, which nobody else changes before this transaction ends; nor does anybody make one."""
    Runtime.objects.select_for_update(of=("self",)).get(pk=runtime.pk)
    return Attachment.objects.filter(pk=runtime.pk).first()


def _put(runtime: Runtime, place: str, state: Attachment.State) -> Attachment:
    values = {"place": place, "state": state, "sentence": "", "changed_at": Now()}
    row, _made = Attachment.objects.update_or_create(runtime=runtime, defaults=values)
    if state in {State.WANTED, State.LEAVING}:
        _nudge(runtime)
    return row


def _nudge(runtime: Runtime) -> None:
    transaction.on_commit(partial(tasks.nudge, tasks.attend_drive, runtime))
