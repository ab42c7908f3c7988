"""Where a person is signed in; allauth lists it, and ends all but this one. Here one of them is ended."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST


@require_POST
def end(request: HttpRequest, session: int) -> HttpResponseBase:
    """Whoever uses this session is signed out with their next click; open pages and sockets within five seconds."""
    found = get_object_or_404(UserSession, pk=session, user=request.user.pk)
    end_sessions(request, [found])
    return redirect("usersessions_list")
