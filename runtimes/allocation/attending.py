"""What a host's worker does about people's drives: attach them, take them off, delete those that nobody owns."""

import logging

from django.conf import settings
from django.db import transaction

from runtimes.allocation import lifecycle
from runtimes.allocation.handing import hand_over
from runtimes.allocation.hosts import this_host
from runtimes.allocation.lifecycle import bad_luck_told
from runtimes.allocation.models import Attachment
from runtimes.machines.provider import CannotAttach, Drive
from runtimes.userdata.drives import drive_of, left_behind

State = Attachment.State

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
            drive = drive_of(row.runtime.owner, this_host())
            lifecycle.machines().attach(name, Drive(str(drive.pk), settings.TOMONI_DRIVE_BYTES), row.place)
            row.state = State.ATTACHED
        elif row.state == State.LEAVING:
            lifecycle.machines().detach(name, row.place)
            row.delete()
            return
    except CannotAttach as problem:
        logger.warning("The drive of runtime %s: %s", name, problem)
        row.state, row.sentence = State.FAILED, str(problem)
    row.save()


def clear_away() -> None:
    """Delete the drives on this host whose owners' accounts are gone."""
    for drive in left_behind(this_host()):
        with bad_luck_told("delete the drive", str(drive.pk)):
            lifecycle.machines().drop_drive(str(drive.pk))
            drive.delete()
