"""API: my runtimes. Here because a runtime is asked for by notebook, and runtimes know nothing of notebooks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import BaseModel

from notebooks.sharing.access import NotAllowed, access_notebook
from notebooks.sharing.gates import caller_of
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import public, request_runtime, reset_runtime
from runtimes.allocation.states import Reason

router = Router(tags=["Runtimes"])


class RuntimeIn(BaseModel):
    """The notebook that the runtime is for."""

    notebook: UUID


class RuntimeOut(Schema):
    """A runtime and its state."""

    id: UUID
    notebook: str
    state: str
    reason: str
    detail: str
    type: str
    kernel: str
    generation: int
    session: str
    deadline: datetime | None


@router.get("", response=list[RuntimeOut], summary="My runtimes that live")
def list_runtimes(request: HttpRequest) -> Any:
    mine = Runtime.objects.live().filter(owner=caller_of(request)).select_related("type").order_by("requested_at")
    return [_public(runtime) for runtime in mine]


@router.post("", response=RuntimeOut, summary="Get my runtime for a notebook, a new one if there is none")
def connect(request: HttpRequest, body: RuntimeIn) -> Any:
    access = access_notebook(request.user, body.notebook)
    if not access.role.can_run:
        raise NotAllowed(f"As {access.role.value} of this notebook you may not run code in it.")
    return _public(request_runtime(caller_of(request), str(access.notebook.pk)))


@router.delete("/{uuid:runtime_id}", response={204: None}, summary="Disconnect and delete my runtime")
def disconnect(request: HttpRequest, runtime_id: UUID) -> Any:
    runtime = Runtime.objects.filter(owner=caller_of(request), pk=runtime_id).first()
    if runtime is None:
        raise Http404
    reset_runtime(runtime, Reason.RESET)
    return Status(204, None)


def _public(runtime: Runtime) -> dict[str, Any]:
    return (public(runtime) or {}) | {"notebook": runtime.audience}
