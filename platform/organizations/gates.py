"""The only door to an organization's pages: its administrators get in, and for everybody else there is none.

Administrators of the site have no part in it by being that. A view gets the organization from here and asks for
everything else by it, so that an id of another organization names nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.audit import recorded
from accounts.freshness import asked
from accounts.joining import ADMIN
from accounts.models import Organization

View = Callable[..., HttpResponseBase]


def for_administrators(view: View) -> View:
    """`view(request, organization, …)`; what it changes is committed with the entry in the audit log that it writes."""

    @wraps(view)
    def gated(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        theirs = Organization.objects.filter(memberships__user=request.user.pk, memberships__role=ADMIN)
        organization = theirs.filter(slug=slug, memberships__user__is_active=True).distinct().first()
        if organization is None:
            raise Http404("There is no such organization.")
        if question := asked(view, request):
            return question
        act = recorded if request.method == "POST" else _plainly
        return act(view, request, organization, *args, **kwargs)

    return gated


def _plainly(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    return view(request, *args, **kwargs)
