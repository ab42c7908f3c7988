"""What a host's worker does about people's drives: attach them, take them off, delete those that nobody owns."""

import logging

from django.conf import settings
from django.db import transaction

from accounts.models import User
from runtimes.allocation import lifecycle
from runtimes.allocation.handing import hand_over
from runtimes.allocation.hosts import this_host
from runtimes.allocation.lifecycle import bad_luck_told
from runtimes.allocation.models import Attachment, Host
from runtimes.machines.provider import CannotAttach, Drive
from runtimes.userdata.drives import drive_of, left_behind
from runtimes.userdata.models import Drive as PersonsDrive

State = Attachment.State
ELSEWHERE = (
    "Your drive is kept on the host {kept}, and this machine runs on {here}. Disconnect and delete the runtime, then "
    "connect again: a place beside your drive is looked for."
)

logger = logging.getLogger(__name__)


def attend(runtime_id: str) -> None:
    """Take the step that the row asks for. Repeated or late, it does nothing more."""
    with transaction.atomic():  # one step of a runtime at a time, or the end of one would undo the next
        row = Attachment.objects.select_for_update(of=("self",)).filter(runtime__pk=runtime_id).first()
        if row is not None and row.runtime.is_live:
            _attend(row)


def _attend(row: Attachment) -> None:
    name = str(row.runtime_id)
    if row.runtime.host_id != this_host():
        hand_over("allocation.attend_drive", name, str(row.runtime.host_id))
        return
    try:
        if row.state == State.WANTED:
            key = str(_drive_here(row.runtime.owner).pk)
            lifecycle.machines().attach(name, Drive(key, settings.TOMONI_DRIVE_BYTES), row.place)
            row.state = State.ATTACHED
        elif row.state == State.LEAVING:
            lifecycle.machines().detach(name, row.place)
            row.delete()
            return
    except CannotAttach as problem:
        logger.warning("The drive of runtime %s: %s", name, problem)
        row.state, row.sentence = State.FAILED, str(problem)
    row.save()


def _drive_here(owner: User) -> PersonsDrive:
    """The owner's drive, which is on this host or made here. Raises CannotAttach where another one keeps it."""
    drive = drive_of(owner, this_host())
    if drive.host != this_host():
        is_away = not Host.objects.alive().filter(pk=drive.host).exists()
        if not (is_away and lifecycle.machines().keeps_drive(str(drive.pk))):
            raise CannotAttach(ELSEWHERE.format(kept=drive.host, here=this_host()))
        drive.host = this_host()  # which has another name now, or was given the other one's files
        drive.save(update_fields=["host"])
    return drive


def clear_away() -> None:
    """Delete the drives on this host whose owners' accounts are gone."""
    for drive in left_behind(this_host()):
        with bad_luck_told("delete the drive", str(drive.pk)):
            lifecycle.machines().drop_drive(str(drive.pk))
            drive.delete()
