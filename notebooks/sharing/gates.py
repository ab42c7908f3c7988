"""Views behind the door: each says which role it takes, and gets the notebook only for that role.

What a view declares here is what is enforced and what the list of routes shows.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from ninja.security import SessionAuth

from accounts.models import User
from notebooks.sharing.access import Access, NoAccess, NotAllowed, access_notebook
from notebooks.sharing.limits import TooOften
from notebooks.sharing.openings import come_by_link
from notebooks.sharing.people import may_share
from notebooks.sharing.roles import Role


def at_least(role: Role) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page of the notebook in its address, for people who have at least `role` in it: `view(request, access, …)`."""

    def gate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def gated(request: HttpRequest, notebook_id: UUID, **others: Any) -> HttpResponse:
            return view(request, access_notebook(request.user, notebook_id, role), **others)

        gated.least_role = role  # type: ignore[attr-defined]
        return gated

    return gate


class SignedIn(SessionAuth):
    """A call of the API by anybody who is signed in, by session (with its CSRF token) or by access token."""

    least_role: Role | None = None

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


class AtLeast(SignedIn):
    """A call of the API for people who have at least a role in the notebook in its address; see `access_of`."""

    def __init__(self, least_role: Role) -> None:
        super().__init__()
        self.least_role = least_role

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if super().authenticate(request, key) is None:
            return None
        assert request.resolver_match and self.least_role
        return access_notebook(request.user, request.resolver_match.kwargs["notebook_id"], self.least_role)


class MayShare(AtLeast):
    """A call of the API by people who may share the notebook in its address."""

    def __init__(self) -> None:
        super().__init__(Role.EDITOR)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        access = super().authenticate(request, key)
        if access is not None and not may_share(access, caller_of(request)):
            raise NotAllowed(_("Only its owner, and editors whom the owner lets do so, can share this notebook."))
        return access


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page to which a link may lead: its key is noted and taken out of the address, where others would see it."""

    @wraps(view)
    def entered(request: HttpRequest, notebook_id: UUID) -> HttpResponse:
        key = request.GET.get("key")
        if key is None:
            return view(request, notebook_id=notebook_id)
        try:
            come_by_link(caller_of(request), notebook_id, key)
        except TooOften as problem:
            return too_often(request, problem)
        except NoAccess:
            access_notebook(request.user, notebook_id)  # a wrong key takes nothing from those who need none
        return redirect(request.path)

    return entered


def too_often(request: HttpRequest, problem: TooOften) -> HttpResponse:
    """Not now, in words for a person."""
    page = render(request, "429.html", status=429)
    page.headers["Retry-After"] = str(problem.seconds)
    return page


def access_of(request: HttpRequest) -> Access:
    """What `AtLeast` found."""
    return cast(Access, request.auth)  # type: ignore[attr-defined]


def caller_of(request: HttpRequest) -> User:
    """Who calls; `SignedIn` or the middleware has seen to it that somebody does."""
    assert isinstance(request.user, User)
    return request.user
