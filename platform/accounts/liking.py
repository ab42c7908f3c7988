"""How a person likes the page, as the page itself asks and tells."""

import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.middleware import forget_language
from accounts.models import User
from accounts.preferences import BadPreference, changed
from accounts.views import person

LARGEST = 64 * 2**10


def preferences_of(user: User) -> dict[str, Any]:
    """All choices, those that have a column of their own among them."""
    return {**user.preferences, "theme": user.theme, "language": user.locale}


@require_http_methods(["GET", "PUT"])
def preferences(request: HttpRequest) -> JsonResponse:
    """GET says all; PUT changes what it names."""
    user = person(request)
    if request.method == "GET":
        return JsonResponse(preferences_of(user))
    try:
        change = _read(request.body)
        user = _change(user.pk, change)
    except BadPreference as problem:
        sentence = _("There is no such setting: %(name)s") % {"name": problem.name[:40]}
        return JsonResponse({"code": "bad-preference", "message": sentence}, status=422)
    response = JsonResponse(preferences_of(user))
    if "language" in change:
        forget_language(response)
    return response


def _read(body: bytes) -> dict[str, Any]:
    try:
        change = json.loads(body) if len(body) <= LARGEST else None
    except ValueError:
        change = None
    if not isinstance(change, dict):
        raise BadPreference("")
    return change


def _change(user_id: int, change: dict[str, Any]) -> User:
    """In one step, so that two pages that choose different things both have their way."""
    others = {name: value for name, value in change.items() if name not in {"theme", "language"}}
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        user.theme = _known(change, "theme", user.theme, [name for name, _label in User.THEMES])
        user.locale = _known(change, "language", user.locale, ["", *dict(settings.LANGUAGES)])
        user.preferences = changed(user.preferences, others)
        user.save(update_fields=["theme", "locale", "preferences"])
    return user


def _known(change: dict[str, Any], name: str, before: str, choices: list[str]) -> str:
    value = change.get(name, before)
    if value not in choices:
        raise BadPreference(name)
    return str(value)
