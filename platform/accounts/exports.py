"""All that is a person's, as one file to take along: each app adds its part (`TOMONI_EXPORTS`)."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from accounts.models import Avatar, User
from accounts.views import person

Parts = Iterator[tuple[str, bytes]]
IN_MEMORY = 8 * 2**20


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """A zip archive: account.json, notebooks/…, comments.json, feedback.json."""
    if refused := ratelimit.consume_or_429(request, action="export", user=request.user):
        return refused  # type: ignore[no-any-return]
    user = person(request)
    sources: list[Callable[[User], Parts]] = [import_string(path) for path in settings.TOMONI_EXPORTS]
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for parts in sources:
            for name, content in parts(user):
                archive.writestr(name, content)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"tomoni-{date.today().isoformat()}.zip")  # noqa: DTZ011


def account(user: User) -> Parts:
    """What we know about the person themselves; of secrets, such as passwords and tokens, that they are there."""
    found = {
        "email": user.email,
        "name": user.name,
        "language": user.locale,
        "time_zone": user.time_zone,
        "theme": user.theme,
        "preferences": user.preferences,
        "joined": user.date_joined,
        "last_sign_in": user.last_login,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "sign_in_with": list(SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data")),
        "organizations": list(user.memberships.values("organization__name", "role", "since")),
        "access_tokens": list(user.access_tokens.values("name", "prefix", "created_at", "expires", "last_used_at")),
        "signed_in": list(UserSession.objects.filter(user=user).values("ip", "user_agent", "created_at")),
    }
    yield "account.json", as_json(found)
    if avatar := Avatar.objects.filter(user=user).first():
        yield "picture.png", bytes(avatar.picture)


def as_json(found: Any) -> bytes:
    return json.dumps(found, ensure_ascii=False, indent=2, default=str).encode()
