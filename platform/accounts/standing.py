"""Who is really behind a session."""

from django.http import HttpRequest

BY = "signed_in_by"


def stands_in(request: HttpRequest) -> bool:
    """Whether the one who is signed in is an administrator in somebody else's name."""
    session = getattr(request, "session", None)
    return session is not None and BY in session
