"""API: copies of a notebook that I may view: a playground, or a notebook of my own."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from notebooks.collaboration import store
from notebooks.documents import copies
from notebooks.documents.about import about
from notebooks.documents.api_notebooks import NotebookOut, made
from notebooks.sharing.access import Access
from notebooks.sharing.gates import AtLeast, access_of, caller_of
from notebooks.sharing.roles import Role

router = Router(tags=["Copies"])


class PersonOut(Schema):
    """Somebody, by what they are called."""

    id: int
    name: str


class NotebookNameOut(Schema):
    """A notebook, by what it is called."""

    id: UUID
    name: str


class OriginOut(Schema):
    """What a playground is a copy of; nothing where that is gone."""

    original: UUID | None
    author: PersonOut | None


class PlaygroundOut(Schema):
    """A playground: what a page has to know to go on in it."""

    notebook: NotebookNameOut
    role: Role
    owner: PersonOut
    playground: OriginOut | None
    epoch: int


@router.post(
    "/{uuid:notebook_id}/playground",
    response=PlaygroundOut,
    auth=AtLeast(Role.VIEWER),
    summary="My playground of this notebook, a new one if there is none",
)
def open_playground(request: HttpRequest, notebook_id: UUID) -> Any:
    playground = copies.open_playground(access_of(request).notebook, caller_of(request))
    epoch, _ = store.position(playground.pk)
    return about(Access(playground, Role.OWNER)) | {"epoch": epoch}


@router.post(
    "/{uuid:notebook_id}/keep", response=NotebookOut, auth=AtLeast(Role.OWNER), summary="Make my playground a notebook"
)
def keep_playground(request: HttpRequest, notebook_id: UUID) -> Any:
    playground = access_of(request).notebook
    copies.keep_playground(playground)
    return made(playground)


@router.post(
    "/{uuid:notebook_id}/copy",
    response={201: NotebookOut},
    auth=AtLeast(Role.VIEWER),
    summary="Make a notebook of mine with all that this one has",
)
def copy_notebook(request: HttpRequest, notebook_id: UUID) -> Any:
    return Status(201, made(copies.copy_notebook(access_of(request).notebook, caller_of(request))))
