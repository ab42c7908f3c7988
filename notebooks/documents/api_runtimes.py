"""API: my runtimes. Here because a runtime is asked for by notebook, and runtimes know nothing of notebooks."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import BaseModel, Field

from notebooks.sharing.access import NoAccess, NotAllowed, access_notebook
from notebooks.sharing.gates import caller_of
from notebooks.sharing.limits import Limited, spend
from notebooks.sharing.role_names import ROLE_NAMES
from runtimes.allocation.choosing import plan_of, types_for
from runtimes.allocation.kernels import offered
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import request_runtime, reset_all, reset_runtime
from runtimes.allocation.showing import log_of, public
from runtimes.allocation.states import Reason
from runtimes.machines.kernels import KernelWish

router = Router(tags=["Runtimes"])


class RuntimeIn(BaseModel):
    """The notebook that the runtime is for; the short name of the type and the name of the kernel wished for."""

    notebook: UUID
    type: str = Field("", max_length=50)
    kernel: str = Field("", max_length=100)


class RuntimeOut(Schema):
    """A runtime and its state."""

    id: UUID
    notebook: str
    notebook_name: str
    state: str
    reason: str
    detail: str
    type: str
    slug: str
    accelerator: str
    kernel: str
    kernelspec: str
    generation: int
    session: str
    deadline: datetime | None
    idle_seconds: int
    lifetime_seconds: int
    requested: datetime
    used: datetime
    memory: int | None
    memory_limit: int


class TypeOut(Schema):
    """A type of runtime; sizes are in bytes."""

    slug: str
    name: str
    kernel: str
    memory: int
    disk: int
    cpus: float
    accelerator: str
    idle_seconds: int
    lifetime_seconds: int
    network: str


class KernelOut(Schema):
    """A kernel that machines here have, and the language that it runs."""

    name: str
    display_name: str
    language: str


class TypesOut(Schema):
    """What I may choose from, and how many runtimes I may hold at once."""

    plan: str
    runtimes_at_once: int
    types: list[TypeOut]
    kernels: list[KernelOut]


class ResetOut(Schema):
    """How many runtimes end now."""

    ended: int


class LogLine(Schema):
    """What happened in a runtime: `what` is the name of a state or of an event."""

    at: datetime
    what: str
    detail: str


@router.get("", response=list[RuntimeOut], summary="My runtimes that live")
def list_runtimes(request: HttpRequest) -> Any:
    mine = Runtime.objects.live().filter(owner=caller_of(request)).select_related("type", "plan", "owner")
    return _shown(mine.order_by("requested_at"))


@router.post("", response=RuntimeOut, summary="Get my runtime for a notebook, a new one if there is none")
def connect(request: HttpRequest, body: RuntimeIn) -> Any:
    access = access_notebook(request.user, body.notebook)
    if not access.role.can_run:
        sentence = _("As %(role)s of this notebook you may not run code in it.")
        raise NotAllowed(sentence % {"role": ROLE_NAMES[access.role]})
    runtime = request_runtime(caller_of(request), str(access.notebook.pk), body.type, KernelWish(body.kernel))
    return _shown([runtime])[0]


@router.get("/types", response=TypesOut, summary="The types of runtime that I may choose from")
def list_types(request: HttpRequest) -> Any:
    user = caller_of(request)
    plan = plan_of(user)
    types = [
        TypeOut(
            slug=kind.slug,
            name=kind.name,
            kernel=kind.kernel,
            memory=kind.memory_bytes,
            disk=kind.disk,
            cpus=kind.cpus,
            accelerator=kind.accelerator,
            idle_seconds=round(plan.idle(kind).total_seconds()),
            lifetime_seconds=round(plan.lifetime(kind).total_seconds()),
            network=kind.network,
        )
        for kind in types_for(user)
    ]
    kernels = [KernelOut(**asdict(kernel)) for kernel in offered()]
    return TypesOut(plan=plan.name, runtimes_at_once=plan.most_at_once, types=types, kernels=kernels)


@router.post("/reset", response=ResetOut, summary="Disconnect and delete all my runtimes")
def reset(request: HttpRequest) -> Any:
    user = caller_of(request)
    spend(user, Limited.RESETS)
    return ResetOut(ended=reset_all(user))


@router.get("/{uuid:runtime_id}/log", response=list[LogLine], summary="What happened in my runtime")
def read_log(request: HttpRequest, runtime_id: UUID) -> Any:
    return [LogLine(at=at, what=what, detail=detail) for at, what, detail in log_of(_mine(request, runtime_id))]


@router.delete("/{uuid:runtime_id}", response={204: None}, summary="Disconnect and delete my runtime")
def disconnect(request: HttpRequest, runtime_id: UUID) -> Any:
    reset_runtime(_mine(request, runtime_id), Reason.RESET)
    return Status(204, None)


def _mine(request: HttpRequest, runtime_id: UUID) -> Runtime:
    runtime = Runtime.objects.filter(owner=caller_of(request), pk=runtime_id).first()
    if runtime is None:
        raise Http404
    return runtime


def _shown(runtimes: Iterable[Runtime]) -> list[dict[str, Any]]:
    return [
        (public(runtime) or {})
        | {
            "notebook": runtime.audience,
            "notebook_name": _name(runtime),
            "requested": runtime.requested_at,
            "used": runtime.last_activity_at,
            "memory": runtime.memory_used,
            "memory_limit": runtime.type.memory_bytes,
        }
        for runtime in runtimes
    ]


def _name(runtime: Runtime) -> str:
    """The name of its notebook, if its owner may still see that."""
    try:
        return access_notebook(runtime.owner, runtime.audience).notebook.name
    except NoAccess:
        return ""
