"""The audit log: who did what as an administrator. Rows are only ever added; the database refuses everything else."""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.db import models, transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.freshness import ask_again, asked, is_fresh
from accounts.models import AuditEntry, Organization, User

View = Callable[..., HttpResponseBase]
Handler = Callable[[HttpRequest], HttpResponseBase]

ADMINISTRATION = "/admin/"
NO_ACTS = frozenset({"/admin/login/", "/admin/logout/", "/admin/jsi18n/"})
NOT_TOLD = frozenset({"csrfmiddlewaretoken"})

_recorded: ContextVar[int] = ContextVar("recorded", default=0)


class NotRecorded(AssertionError):
    """An administrative view changed something and wrote no entry: a bug, and nothing was changed."""


def record(
    request: HttpRequest,
    act: str,
    subject: models.Model | None = None,
    *,
    organization: Organization | None = None,
    **detail: Any,
) -> AuditEntry:
    """Write down that the person of `request` did `act` ("person.suspended") to `subject`, with what else matters."""
    assert isinstance(request.user, User)
    _recorded.set(_recorded.get() + 1)
    return AuditEntry.objects.create(
        actor=request.user.pk,
        actor_email=request.user.email,
        act=act,
        subject_kind=subject._meta.model_name or "" if subject else "",
        subject=str(subject.pk) if subject else "",
        subject_label=str(subject)[:200] if subject else "",
        organization=organization.pk if organization else None,
        detail=detail,
        address=request.META.get("REMOTE_ADDR") or "",
    )


def staff_only(view: View) -> View:
    """A page for administrators of the site; for everybody else it does not exist.

    What it changes is committed together with the entry that it has to write: a POST that succeeds without one is
    taken back and raises NotRecorded.
    """

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_active and request.user.is_staff):
            raise Http404
        if question := asked(view, request):
            return question
        return recorded(view, request, *args, **kwargs) if request.method == "POST" else view(request, *args, **kwargs)

    gated.staff_only = True  # type: ignore[attr-defined]
    return gated


def recorded(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    before = _recorded.get()
    with transaction.atomic():
        response = view(request, *args, **kwargs)
        if response.status_code < 400 and _recorded.get() == before:
            raise NotRecorded(f"{request.path} changed something and recorded nothing.")
    return response


class AdministrationIsRecorded:
    """Every change in Django's administration pages becomes an entry; they open for who has signed in freshly."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._is_used(request) and not is_fresh(request):
            return ask_again(request)
        if request.method != "POST" or not request.path.startswith(ADMINISTRATION) or request.path in NO_ACTS:
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            # A form with mistakes is shown again with 200 and has changed nothing; an action may answer with a page.
            if response.status_code in {200, 302} and isinstance(request.user, User):
                self._record(request, response.status_code == 302)
        return response

    def _is_used(self, request: HttpRequest) -> bool:
        """By an administrator; everybody else is led to its own sign-in, which refuses them."""
        is_below = request.path.startswith(ADMINISTRATION) and request.path not in NO_ACTS
        return is_below and request.user.is_active and request.user.is_staff

    def _record(self, request: HttpRequest, is_done: bool) -> None:
        posted: Mapping[str, Iterable[Any]] = request.POST
        chosen = {name: request.POST.getlist(name) for name in ("action", "_selected_action") if name in posted}
        if is_done or chosen or "post" in posted:
            fields = sorted(name for name in posted if name not in NOT_TOLD)  # their values may be secret
            record(request, "administration", path=request.path, fields=fields[:100], chosen=chosen)
