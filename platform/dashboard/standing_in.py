"""Signing in as somebody else, to see what they see; and back."""

from django.contrib.auth import login
from django.http import HttpRequest

from accounts.audit import record
from accounts.freshness import SIGNED_IN_AT
from accounts.models import User
from accounts.standing import BY, stands_in

BACKEND = "django.contrib.auth.backends.ModelBackend"


class CannotStandIn(Exception):
    """An administrator signs in as neither another administrator nor who is suspended."""


def sign_in_as(request: HttpRequest, person: User) -> None:
    """Go on as `person` in this browser, with a banner on every page; raises CannotStandIn."""
    if person.is_staff or person.is_superuser or not person.is_active or stands_in(request):
        raise CannotStandIn
    record(request, "person.signed_in_as", person)
    administrator = request.user.pk
    login(request, person, backend=BACKEND)  # another session: nothing of the administrator's is left in it
    request.session[BY] = administrator
    request.session.set_expiry(3600)


def return_to_oneself(request: HttpRequest) -> None:
    """Be the administrator again, if they still are one; else nobody."""
    administrator = User.objects.filter(pk=request.session.get(BY, 0), is_active=True, is_staff=True).first()
    person = request.user
    request.session.flush()
    if administrator and isinstance(person, User):
        login(request, administrator, backend=BACKEND)
        request.session.pop(SIGNED_IN_AT, None)  # nobody has shown to be the administrator by a click
        record(request, "person.returned_from", person)
