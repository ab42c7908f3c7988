"""API: who has which role in a notebook."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import BaseModel

from notebooks.sharing import services
from notebooks.sharing.gates import AtLeast, access_of
from notebooks.sharing.roles import Role

router = Router(tags=["Shares"], auth=AtLeast(Role.OWNER))


class ShareIn(BaseModel):
    """One person's role."""

    email: str
    role: str


class ShareOut(Schema):
    """One person's role, and what they are called."""

    email: str
    name: str
    role: Role


@router.get("/{uuid:notebook_id}/shares", response=list[ShareOut], summary="Everyone with a role, the owner first")
def get_shares(request: HttpRequest, notebook_id: UUID) -> Any:
    return services.shares(access_of(request).notebook)


@router.put("/{uuid:notebook_id}/shares", response=list[ShareOut], summary="Replace the whole list of roles")
def put_shares(request: HttpRequest, notebook_id: UUID, body: list[ShareIn]) -> Any:
    notebook = access_of(request).notebook
    services.set_shares(notebook, {share.email: share.role for share in body})
    return services.shares(notebook)
