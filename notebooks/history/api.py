"""API: the revisions of a notebook."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import BaseModel, Field

from notebooks.documents import names, services, views
from notebooks.documents.models import NAME_LENGTH
from notebooks.history import reading, recording, restoring
from notebooks.sharing.gates import AtLeast, access_of, caller_of
from notebooks.sharing.roles import Role

router = Router(tags=["Revisions"], auth=AtLeast(Role.EDITOR))


class PersonOut(Schema):
    """Somebody, in the colour in which others see them."""

    id: str
    name: str
    color: str


class RevisionOut(Schema):
    """A revision: when it was, who wrote since the one before, and how many cells they changed in which way."""

    id: int
    at: datetime
    why: str
    name: str
    is_pinned: bool
    authors: list[PersonOut]
    changes: dict[str, int]


class SideOut(Schema):
    """A cell on one side of a comparison."""

    id: str
    number: int
    cell_type: str
    execution: str | None


class PartOut(Schema):
    """A piece of a line, and whether the other side lacks it."""

    text: str
    is_new: bool


class LineOut(Schema):
    """A line of a cell: `same`, `removed` or `added`."""

    kind: str
    parts: list[PartOut]


class CellOut(Schema):
    """What has become of a cell; without `before` it is new, without `after` gone."""

    before: SideOut | None
    after: SideOut | None
    is_changed: bool
    is_moved: bool
    has_other_results: bool
    lines: list[LineOut]
    settings: list[LineOut]


class DifferenceOut(Schema):
    """Every cell, in order, and the settings of the notebook that differ."""

    cells: list[CellOut]
    settings: list[LineOut]


class NameIn(BaseModel):
    """What a revision is to be called, which pins it; with "" it has no name any more and is not pinned."""

    name: str = Field("", max_length=NAME_LENGTH)


class CellsIn(BaseModel):
    """The cells to bring back; all, and everything else, where none are named."""

    cells: list[str] | None = None


class RestoredOut(Schema):
    """The revision to go back to for undoing this, and the one that was made; the same if all was so already."""

    before: RevisionOut
    after: RevisionOut


@router.get("/{uuid:notebook_id}/revisions", response=list[RevisionOut], summary="All revisions, the last first")
def list_revisions(request: HttpRequest, notebook_id: UUID) -> Any:
    return reading.list_revisions(access_of(request).notebook)


@router.post("/{uuid:notebook_id}/revisions", response={201: RevisionOut}, summary="Save and pin a revision")
def pin_revision(request: HttpRequest, notebook_id: UUID, body: NameIn) -> Any:
    revision = recording.pin(access_of(request).notebook, names.clean_name(body.name))
    return Status(201, reading.public(revision))


@router.patch("/{uuid:notebook_id}/revisions/{int:revision_id}", response=RevisionOut, summary="Name a revision")
def name_revision(request: HttpRequest, notebook_id: UUID, revision_id: int, body: NameIn) -> Any:
    revision = reading.find_revision(access_of(request).notebook, revision_id)
    name = names.clean_name(body.name)
    recording.rename_revision(revision, name, is_pinned=bool(name))
    return reading.public(revision)


@router.get(
    "/{uuid:notebook_id}/revisions/{int:revision_id}/difference",
    response=DifferenceOut,
    summary="What a revision changed, or what has changed since",
)
def get_difference(
    request: HttpRequest, notebook_id: UUID, revision_id: int, against: Literal["previous", "now"] = "previous"
) -> Any:
    notebook = access_of(request).notebook
    return reading.compare(notebook, reading.find_revision(notebook, revision_id), with_now=against == "now")


@router.get("/{uuid:notebook_id}/revisions/{int:revision_id}/ipynb", summary="A revision as an .ipynb file")
def get_revision_file(request: HttpRequest, notebook_id: UUID, revision_id: int) -> HttpResponse:
    notebook = access_of(request).notebook
    revision = reading.find_revision(notebook, revision_id)
    return views.ipynb_response(request, notebook.name, services.export_document(notebook, revision.value()))


@router.post(
    "/{uuid:notebook_id}/revisions/{int:revision_id}/restorations",
    response=RestoredOut,
    summary="Make the notebook, or cells of it, what they were",
)
def restore_revision(request: HttpRequest, notebook_id: UUID, revision_id: int, body: CellsIn) -> Any:
    restored = restoring.restore(access_of(request).notebook, revision_id, caller_of(request), body.cells)
    return {"before": reading.public(restored.before), "after": reading.public(restored.after)}
