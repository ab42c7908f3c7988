"""API: my drive, and whether code in this notebook may have it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import BaseModel

from accounts.standing import stands_in
from notebooks.sharing.access import NotAllowed
from notebooks.sharing.gates import AtLeast, access_of, caller_of
from notebooks.sharing.roles import Role
from runtimes.allocation import drives
from runtimes.allocation.services import current_runtime
from runtimes.userdata.drives import is_granted

router = Router(tags=["Drive"], auth=AtLeast(Role.EDITOR))

PLACE = "/content/drive"  # where Colab has it


class DriveOut(Schema):
    """Whether this notebook may have my drive; how it stands in my machine, "" where nobody asked; why not."""

    granted: bool
    state: str
    place: str
    message: str


class DriveIn(BaseModel):
    """Whether code in this notebook may have my drive. If so it is mounted, else taken off."""

    granted: bool


@router.get("/{uuid:notebook_id}/drive", response=DriveOut, summary="My drive in this notebook")
def show_drive(request: HttpRequest, notebook_id: UUID) -> Any:
    return _shown(request)


@router.put("/{uuid:notebook_id}/drive", response=DriveOut, summary="Grant my drive to this notebook, or take it back")
def grant_drive(request: HttpRequest, notebook_id: UUID, body: DriveIn) -> Any:
    if stands_in(request):
        raise NotAllowed("A drive is for its owner alone, not for an administrator who is signed in as them.")
    owner, audience = caller_of(request), str(access_of(request).notebook.pk)
    drives.answer(owner, audience, current_runtime(owner, audience), PLACE, granted=body.granted)
    return _shown(request)


def _shown(request: HttpRequest) -> DriveOut:
    owner, audience = caller_of(request), str(access_of(request).notebook.pk)
    runtime = current_runtime(owner, audience)
    row = drives.look(runtime) if runtime else None
    granted = is_granted(owner, audience)
    if row is None:
        return DriveOut(granted=granted, state="", place=PLACE, message="")
    return DriveOut(granted=granted, state=row.state, place=row.place, message=row.sentence)
