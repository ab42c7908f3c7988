"""API: my secrets, and which of them code in this notebook may ask for."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import BaseModel

from accounts.standing import stands_in
from notebooks.sharing.access import NotAllowed
from notebooks.sharing.gates import AtLeast, access_of, caller_of
from notebooks.sharing.roles import Role
from runtimes.userdata import services

router = Router(tags=["Secrets"], auth=AtLeast(Role.EDITOR))


class SecretOut(Schema):
    """One of my secrets, without its value."""

    name: str
    granted: bool


class SecretIn(BaseModel):
    """What is left out stays as it is; a new secret needs a value."""

    name: str
    value: str | None = None
    granted: bool | None = None


class NameIn(BaseModel):
    """The name of a secret."""

    name: str


class ValueOut(Schema):
    """What a secret says; null if I have none of this name."""

    value: str | None


@router.get("/{uuid:notebook_id}/secrets", response=list[SecretOut], summary="My secrets")
def list_secrets(request: HttpRequest, notebook_id: UUID) -> Any:
    return services.list_secrets(caller_of(request), str(access_of(request).notebook.pk))


@router.put("/{uuid:notebook_id}/secrets", response={204: None}, summary="Keep a secret, or grant it to this notebook")
def keep_secret(request: HttpRequest, notebook_id: UUID, body: SecretIn) -> Any:
    _refuse_others(request)
    audience = str(access_of(request).notebook.pk)
    services.keep_secret(caller_of(request), audience, body.name, body.value, body.granted)
    return Status(204, None)


@router.post("/{uuid:notebook_id}/secrets/value", response=ValueOut, summary="What one of my secrets says")
def read_secret(request: HttpRequest, response: HttpResponse, notebook_id: UUID, body: NameIn) -> Any:
    _refuse_others(request)
    response.headers["Cache-Control"] = "no-store"
    try:
        return ValueOut(value=services.read_secret(caller_of(request), body.name))
    except services.NoSecret:
        return ValueOut(value=None)


@router.delete("/{uuid:notebook_id}/secrets", response={204: None}, summary="Delete one of my secrets")
def forget_secret(request: HttpRequest, notebook_id: UUID, name: str = "") -> Any:
    _refuse_others(request)
    services.forget_secret(caller_of(request), name)
    return Status(204, None)


def _refuse_others(request: HttpRequest) -> None:
    """An administrator who is signed in as somebody sees what they see, except for what they keep secret."""
    if stands_in(request):
        raise NotAllowed("Secrets are for their owner alone, not for an administrator who is signed in as them.")
