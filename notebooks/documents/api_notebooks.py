"""API: list, make, import, read, rename, trash and restore notebooks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import BaseModel, Field

from notebooks.documents import services, views
from notebooks.documents.models import NAME_LENGTH, Notebook
from notebooks.documents.storage import size_of
from notebooks.sharing.access import Access, access_trashed, visible_notebooks
from notebooks.sharing.gates import AtLeast, access_of, caller_of
from notebooks.sharing.roles import Role

router = Router(tags=["Notebooks"])


class NotebookOut(Schema):
    """A notebook, and what the caller is to it."""

    id: UUID
    name: str
    owner: str
    role: Role
    created: datetime
    changed: datetime
    notices: list[str]


class OneNotebookOut(NotebookOut):
    """The same, and how many bytes it takes: its text, versions, results and the file that it was uploaded from."""

    size: int


class NameIn(BaseModel):
    """What a notebook is to be called."""

    name: str | None = Field(None, max_length=NAME_LENGTH)


@router.get("", response=list[NotebookOut], summary="The notebooks that I may see, the last changed first")
def list_notebooks(request: HttpRequest) -> Any:
    return [_public(access) for access in visible_notebooks(request.user)]


@router.post("", response={201: NotebookOut}, summary="Make a notebook with one empty cell")
def create_notebook(request: HttpRequest, body: NameIn) -> Any:
    notebook = services.create_notebook(caller_of(request), body.name)
    return Status(201, made(notebook))


@router.post("/import", response={201: NotebookOut}, summary="Make a notebook from an .ipynb file")
def import_notebook(request: HttpRequest, file: File[UploadedFile]) -> Any:
    if file.size is not None and file.size > settings.TOMONI_IMPORT_MAX_BYTES:
        raise services.too_large()
    notebook = services.import_notebook(caller_of(request), file.name or "", file.read())
    return Status(201, made(notebook, services.import_notices(notebook)))


@router.get("/{uuid:notebook_id}", response=OneNotebookOut, auth=AtLeast(Role.VIEWER), summary="One notebook")
def get_notebook(request: HttpRequest, notebook_id: UUID) -> Any:
    access = access_of(request)
    shown = _public(access, services.import_notices(access.notebook))
    return OneNotebookOut(**shown.dict(), size=size_of(Notebook.objects.filter(pk=notebook_id)))


@router.patch("/{uuid:notebook_id}", response=NotebookOut, auth=AtLeast(Role.EDITOR), summary="Rename a notebook")
def rename_notebook(request: HttpRequest, notebook_id: UUID, body: NameIn) -> Any:
    access = access_of(request)
    services.rename_notebook(access.notebook, body.name or "")
    return _public(access)


@router.delete("/{uuid:notebook_id}", response={204: None}, auth=AtLeast(Role.OWNER), summary="Move to the trash")
def trash_notebook(request: HttpRequest, notebook_id: UUID) -> Any:
    services.trash_notebook(access_of(request).notebook)
    return Status(204, None)


@router.post("/{uuid:notebook_id}/restore", response=NotebookOut, summary="Take my notebook out of the trash")
def restore_notebook(request: HttpRequest, notebook_id: UUID) -> Any:
    notebook = access_trashed(request.user, notebook_id)
    services.restore_notebook(notebook)
    return made(notebook)


@router.get("/{uuid:notebook_id}/ipynb", auth=AtLeast(Role.VIEWER), summary="The notebook as an .ipynb file")
def get_ipynb(request: HttpRequest, notebook_id: UUID) -> HttpResponse:
    return views.ipynb_file(request, access_of(request))


def made(notebook: Notebook, notices: list[str] | None = None) -> NotebookOut:
    """A notebook of the caller's as it is in the database now."""
    notebook.refresh_from_db()
    return _public(Access(notebook, Role.OWNER), notices)


def _public(access: Access, notices: list[str] | None = None) -> NotebookOut:
    notebook = access.notebook
    return NotebookOut(
        id=notebook.pk,
        name=notebook.name,
        owner=notebook.owner.display_name,
        role=access.role,
        created=notebook.created_at,
        changed=notebook.changed_at,
        notices=notices or [],
    )
